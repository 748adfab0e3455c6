"""持证上岗: a card that says who works here as what, and that anybody can verify by its code."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.access.models import Post
from community.core.models.serial import next_number
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours

if TYPE_CHECKING:
    from community.directory.models import User

# Read from paper now and then: no letter that is taken for another.
ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"
KEY_LENGTH = 12
LONGEST = relativedelta(years=3)
AHEAD = timedelta(days=30)


class LicenceQuerySet(models.QuerySet["Licence"]):
    def visible_to(self, user: "User") -> Self:
        """One's own, and those of the places whose posts one fills."""
        found = Q(post__user=user)
        for perm in (Perm.MANAGE_POSTS, Perm.LEAD_COMMUNITY, Perm.LEAD_GRID):
            held = reach(user, perm)
            found |= held.within("community", "post__grid")
        return self.filter(found)

    def standing(self, day: date) -> Self:
        live = Q(post__ends_on=None) | Q(post__ends_on__gte=day)
        return self.filter(live, withdrawn_at=None, expires_on__gte=day)

    def falling_short(self, day: date) -> Self:
        """Those that end within a month, or have ended, while the post goes on."""
        goes_on = Q(post__ends_on=None) | Q(post__ends_on__gt=F("expires_on"), post__ends_on__gte=day)
        return self.filter(goes_on, withdrawn_at=None, expires_on__lte=day + AHEAD)


class Licence(models.Model):
    """A licence for one post; a withdrawn one stays, so that its code keeps saying so."""

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        EXPIRED = "expired", _("已过期")
        LEFT = "left", _("已离任")
        WITHDRAWN = "withdrawn", _("已收回")

    post = models.ForeignKey(Post, models.PROTECT, related_name="licences", verbose_name=_("任职"))
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    number = models.CharField(_("证号"), max_length=30, unique=True)
    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    full_name = models.BooleanField(_("查验时显示全名"), default=False)
    issued_on = models.DateField(_("发证日期"))
    expires_on = models.DateField(_("有效期至"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("收回理由"), max_length=200, blank=True)
    told_on = models.DateField(null=True, blank=True, editable=False)  # when the watch said that it falls short

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("上岗证")
        verbose_name_plural = _("上岗证")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(withdrawn_at=None), name="licence_one_a_post"),
            models.CheckConstraint(condition=Q(expires_on__gte=F("issued_on")), name="licence_term"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(reason=""),
                name="licence_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.post}"

    @classmethod
    def issue(cls, post: Post, *, by: "User | None", now: datetime | None = None) -> "Licence":
        """The post's licence; one that stands already is kept. Raises NotYours, NotNow once the term is over."""
        now = now or timezone.now()
        today = timezone.localdate(now)
        if by is not None and not may_license(by, post):
            raise NotYours(_("您不能给这个岗位发证。"))
        if post.ends_on is not None and post.ends_on < today:
            raise NotNow(_("任期已经结束，不能发证。"))
        begins = max(post.begins_on, today)
        expires = min(filter(None, [post.ends_on, begins + LONGEST]))
        community_id = (post.grid.community_id if post.grid else post.community_id) or 0
        with transaction.atomic():
            Post.objects.select_for_update().get(pk=post.pk)
            if known := cls.objects.filter(post=post, withdrawn_at=None).first():
                return known
            return cls.objects.create(
                post=post, community_id=community_id, number=next_number("ZJ", community_id, now),
                key=get_random_string(KEY_LENGTH, ALPHABET), issued_on=begins, expires_on=expires, issued_by=by,
            )  # fmt: skip

    def withdraw(self, *, by: "User", reason: str, now: datetime | None = None) -> None:
        """Take it back. Raises NotYours, NotNow when it is withdrawn already."""
        if not may_license(by, self.post):
            raise NotYours(_("您不能收回这张证。"))
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Licence.objects.select_for_update())
            if self.withdrawn_at is not None:
                raise NotNow(_("这张证已经收回。"))
            self.withdrawn_at, self.withdrawn_by, self.reason = now or timezone.now(), by, reason.strip()
            self.save(update_fields=["withdrawn_at", "withdrawn_by", "reason"])

    def renew(self, *, by: "User", now: datetime | None = None) -> "Licence":
        """A new card with a new code for the rest of the term; the old one says that it was taken back.

        Raises NotYours, NotNow when it lasts as long as the post or is withdrawn already.
        """
        now = now or timezone.now()
        with transaction.atomic():
            if not Licence.objects.falling_short(timezone.localdate(now)).filter(pk=self.pk).exists():
                raise NotNow(_("这张证在任期内一直有效，不用换。"))
            self.withdraw(by=by, reason=gettext("换发新证"), now=now)
            made = Licence.issue(self.post, by=by, now=now)
            Licence.objects.filter(pk=made.pk).update(full_name=self.full_name)
        return made

    def falls_short_on(self, day: date) -> bool:
        """Whether it ends soon, or has ended, before its post does."""
        ends_on = self.post.ends_on
        goes_on = ends_on is None or (ends_on > self.expires_on and ends_on >= day)
        return self.withdrawn_at is None and goes_on and self.expires_on <= day + AHEAD

    def show_name(self, full: bool, *, by: "User") -> None:
        """The holder alone decides whether a stranger reads the full name. Raises NotYours."""
        if by.pk != self.post.user_id:
            raise NotYours(_("只有本人能决定是否显示全名。"))
        self.full_name = full
        self.save(update_fields=["full_name"])

    def state_on(self, day: date) -> "Licence.State":
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.post.ends_on is not None and self.post.ends_on < day:
            return self.State.LEFT
        return self.State.EXPIRED if self.expires_on < day else self.State.VALID

    @property
    def shown_name(self) -> str:
        name = str(self.post.user)
        return name if self.full_name else mask_name(name)


def may_license(user: "User", post: Post) -> bool:
    """Whoever fills posts there; posts that bring powers are the secretary's."""
    grid, community = post.grid, post.community_id
    community_id = grid.community_id if grid else community
    perms = [Perm.MANAGE_POSTS] if post.role.staff else [Perm.MANAGE_POSTS, Perm.LEAD_COMMUNITY, Perm.LEAD_GRID]
    return any(reach(user, perm).covers(community_id, grid.pk if grid else None) for perm in perms)
