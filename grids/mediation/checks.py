"""履约回访: twice after closing, somebody asks whether the agreement holds; the duty stays until it is answered."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.verbs import Step, open_matter, verb
from community.duties.models import Occurrence
from community.duties.models.occurrence import OccurrenceQuerySet
from grids.mediation.workflow import CHECKING

if TYPE_CHECKING:
    from community.directory.models import User

# Days after closing at which the agreement is looked at, and how long the answer may take [P].
CHECK_AFTER = (30, 90)
WINDOW = timedelta(days=7)
MORNING = time(9)


class AgreementCheckQuerySet(OccurrenceQuerySet["AgreementCheck"]):
    def visible_to(self, user: "User") -> Self:
        from grids.mediation.models import seen_by

        return self.filter(seen_by(user, "assignee"))


class AgreementCheck(Occurrence):
    """One look at whether an agreement holds; ``about`` is the mediation."""

    class Found(models.TextChoices):
        HOLDS = "holds", _("履行良好")
        BROKEN = "broken", _("未履行")

    matter_kind = "agreement_check"
    workflow = CHECKING

    found = models.CharField(_("结果"), max_length=8, choices=Found.choices, blank=True)

    objects: ClassVar = AgreementCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("履约回访")
        verbose_name_plural = _("履约回访")
        constraints = [
            models.CheckConstraint(condition=Q(found__in=["", "holds", "broken"]), name="agreement_check_found")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return gettext("履约回访：%(number)s") % {"number": self.about.number if self.about else ""}

    @property
    def handler_id(self) -> int | None:
        """As rules of cases know it."""
        return self.assignee_id

    @property
    def awaits_user_id(self) -> int | None:
        return self.assignee_id

    @property
    def awaits_user(self) -> "User | None":
        return self.assignee

    @property
    def awaits_perm(self) -> str:
        return Perm.LEAD_MEDIATION

    @verb
    def answer(self, step: Step, found: str) -> None:
        """What the visit found; called by the file's own verbs, which hold its lock."""
        self.found = found

    @verb
    def call_off(self, step: Step) -> None:
        """The agreement no longer stands, so there is nothing to look at."""


def plan_checks(mediation: Any, now: datetime) -> list[AgreementCheck]:
    """The checks of a file that closes with an agreement, each with its clock."""
    return [_plan(mediation, timezone.localdate(now) + timedelta(days=days), now) for days in CHECK_AFTER]


def _plan(mediation: Any, day: Any, now: datetime) -> AgreementCheck:
    opens_at = datetime.combine(day, MORNING, timezone.get_default_timezone())
    check = AgreementCheck(
        community_id=mediation.community_id, about=mediation, kind=AgreementCheck.matter_kind, day=day,
        assignee=mediation.handler, name=gettext("调解协议履约回访"), opens_at=opens_at, closes_at=opens_at + WINDOW,
    )  # fmt: skip
    return open_matter(check, "plan", by=None, now=now)
