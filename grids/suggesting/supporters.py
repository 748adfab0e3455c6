"""共同反映人: who told of a problem that somebody had told before. One fix answers every reporter."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import User


class SupporterQuerySet(models.QuerySet["Supporter"]):
    def of(self, user: "User") -> Self:
        return self.filter(person=user)


class Supporter(models.Model):
    """One more reporter of an incident, with own words, and an own word on the result."""

    incident = models.ForeignKey(
        "grids.Incident", models.CASCADE, related_name="supporters", verbose_name=_("事件"), db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="supported", verbose_name=_("共同反映人")
    )
    words = models.TextField(_("补充说明"), max_length=2000, blank=True)
    joined_at = models.DateTimeField(_("加入时间"))
    rating = models.PositiveSmallIntegerField(
        _("评价"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    said_at = models.DateTimeField(_("评价时间"), null=True, blank=True)

    objects: ClassVar = SupporterQuerySet.as_manager()

    class Meta:
        verbose_name = _("共同反映人")
        verbose_name_plural = _("共同反映人")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "person"], name="supporter_once"),
            models.CheckConstraint(
                condition=Q(rating=None, said_at=None)
                | Q(rating__isnull=False, rating__range=(1, 5), said_at__isnull=False),
                name="supporter_word_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.person_id}"
