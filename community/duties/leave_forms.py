"""Asking for leave: one's own, or by a leader for somebody of the place."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.directory.models import User
from community.duties import leaving
from community.duties.forms import DAY
from community.duties.models import Leave
from community.duties.people import communities_led, grids_led, workers_of


class LeaveForm(forms.ModelForm):
    class Meta:
        model = Leave
        fields = ["user", "begins_on", "ends_on", "substitute", "reason"]
        widgets = {"begins_on": DAY, "ends_on": DAY}
        help_texts = {"substitute": _("不选时由网格长代为安排。")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        led = {row.pk for row in communities_led(user)} | {row.community_id for row in grids_led(user)}
        people = cast("forms.ModelChoiceField[User]", self.fields["user"])
        own = Q(pk=user.pk)
        people.queryset = User.objects.filter(own | Q(pk__in=workers_of(led).values("pk"))).order_by("name", "pk")
        if not led:
            del self.fields["user"]
        self.initial = {**self.initial, "user": user.pk, "begins_on": timezone.localdate()}
        substitutes = cast("forms.ModelChoiceField[User]", self.fields["substitute"])
        substitutes.queryset = workers_of([*led, *([user.community_id] if user.community_id else [])])

    def _post_clean(self) -> None:
        """Where the person works decides which leader sees the leave."""
        leave = self.instance
        leave.user = self.cleaned_data.get("user") or self.user
        leave.entered_by, leave.entered_at = self.user, timezone.now()
        post = leave.user.posts.on(timezone.localdate()).filter(grid__isnull=False).select_related("grid").first()
        leave.grid = post.grid if post else None
        leave.community_id = leave.grid.community_id if leave.grid else leave.user.community_id
        super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        """Two leaves of one person may not overlap: that takes both of these to judge."""
        return super()._get_validation_exclusions() - {"user", "cancelled_at"}  # type: ignore[misc]

    def keep(self) -> Leave:
        """Raises MoveError, ValidationError."""
        return leaving.take(self.instance, by=self.user)
