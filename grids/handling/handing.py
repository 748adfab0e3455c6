"""派单、签收、异议: how an incident passes from hand to hand.

首接负责: whoever signed for it stays accountable until another signs; a dispatch alone relieves nobody.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.access.holders import nearest_holders, unit_holders
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from grids.handling.rules import answers_for_unit, dispatches

if TYPE_CHECKING:
    from community.directory.models import Grid, PartnerUnit, User

GRID, COMMUNITY = 0, 1
# Who leads each level: to them falls what nobody holds any more.
LEADS = {GRID: Perm.LEAD_GRID, COMMUNITY: Perm.LEAD_COMMUNITY}
HANDED = ("dispatch", "transfer")


class HandedOn(models.Model):
    """The hands of an incident; mixed into ``Incident``. ``unit`` is the partner unit that has it, if one does;
    ``disputable`` while whoever it was given to may still say that it is not theirs."""

    unit = models.ForeignKey(
        "directory.PartnerUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("承办单位"),
    )
    accountable = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("首接负责人"),
    )
    disputable = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True

    @verb
    def respond(self: Any, step: Step) -> None:
        """Sign for it: the first contact, and from now on it is theirs."""
        self.handler = self.accountable = step.by
        if self.unit_id and not answers_for_unit(step.by, self):
            self.unit = None
        self.disputable = False
        self.responded_at = self.responded_at or step.now

    @verb
    def dispatch(
        self: Any,
        step: Step,
        *,
        level: int = COMMUNITY,
        handler: "User | None" = None,
        grid: "Grid | None" = None,
        unit: "PartnerUnit | None" = None,
    ) -> None:
        """Give it to the level above, to a named person, or to a partner unit, who have to sign in turn.

        The community also gives it down again. An incident without a grid may be given to one: from then on that is
        where it began.
        """
        need_note(step, _("请写明派遣的理由。"))
        if unit is not None:
            level, handler = max(level, COMMUNITY), self._liaison(step, unit, handler)
        elif grid is not None and self.grid_id is None:
            self._locate(grid)
        else:
            self._check_level(step, level, handler)
        if unit is None and handler is not None and not works_for(handler, self):
            raise ValidationError({"handler": _("此人不在这里办理事件，请另选一位。")})
        self._hand(step, level, handler, unit)

    @verb
    def transfer(self: Any, step: Step, *, handler: "User") -> None:
        """Hand it to a colleague of the same level, or of the same unit."""
        need_note(step, _("请写明转办的理由。"))
        if handler.pk == self.handler_id or not works_for(handler, self):
            raise ValidationError({"handler": _("请选择在这里办理事件的另一位同事。")})
        self._hand(step, self.level, handler, self.unit)

    @verb
    def dispute(self: Any, step: Step) -> None:
        """派单异议: it is not ours. The community decides; until then whoever had it stays accountable."""
        need_note(step, _("请写明异议的理由。"))
        self.__dict__.pop("disputer_id", None)

    @verb
    def uphold(self: Any, step: Step) -> None:
        """The objection is right: it returns to the level and the person it came from."""
        came = self.timeline.filter(verb__in=HANDED).latest("pk")
        self.level, self.handler, self.unit = came.data["from"], came.actor, None
        self.disputable = False
        if self.handler is not None and not works_for(self.handler, self):
            self.handler = self.stand_in()

    @verb
    def overrule(self: Any, step: Step) -> None:
        """The objection is not right: whoever it was given to signs for it."""
        need_note(step, _("请写明为什么仍由对方承办。"))
        self.disputable = False

    @verb
    def fall_to_leader(self: Any, step: Step) -> None:
        """Its handler has left the post: it falls to whoever leads there."""
        step.data |= {"from": str(self.handler or self.accountable or "")}
        self.handler = self.accountable = self.stand_in()
        self.unit, self.disputable = None, False
        step.data["to"] = str(self.handler or self.keeper)

    @verb
    def answer_instead(self: Any, step: Step) -> None:
        """Whoever was accountable has left, and whoever it was given to has not signed yet: its leader answers for it."""
        step.data["from"] = str(self.accountable or "")
        self.accountable = self.stand_in()
        step.data["to"] = str(self.accountable or self.keeper)

    @cached_property
    def disputer_id(self: Any) -> int | None:
        """Who objected last."""
        return self.timeline.filter(verb="dispute").order_by("-pk").values_list("actor", flat=True).first()

    def stand_in(self: Any) -> "User | None":
        """Who leads at its level; None where nobody does, and then the level's people have it together."""
        perm = LEADS.get(self.level, Perm.LEAD_STREET)
        found = nearest_holders(perm, community_id=self.community_id, grid_id=self.grid_id)
        others = [user for user in found if user.pk != self.handler_id]
        return others[0] if others else None

    def _hand(self: Any, step: Step, level: int, handler: "User | None", unit: "PartnerUnit | None") -> None:
        whom = " · ".join(str(part) for part in (unit, handler) if part) or self.Level(level).label
        step.data |= {"from": self.level, "to": level, "handler": str(whom)}
        self.level, self.handler, self.unit = level, handler, unit
        self.disputable, self.asked_until = True, None

    def _locate(self: Any, grid: "Grid") -> None:
        if grid.community_id != self.community_id:
            raise ValidationError({"grid": _("请选择本社区的网格。")})
        self.grid, self.first_level = grid, GRID

    def _check_level(self: Any, step: Step, level: int, handler: "User | None") -> None:
        same_hands = level == self.level and self.unit_id is None and handler in (None, self.handler)
        down = level < self.level and not dispatches(step.by, self)
        if same_hands or down or level < self.first_level:
            raise ValidationError({"level": _("请派给上一级，或指定另一位承办人。")})

    def _liaison(self: Any, step: Step, unit: "PartnerUnit", handler: "User | None") -> "User":
        """Who signs for the unit."""
        if not dispatches(step.by, self) or unit.community_id != self.community_id:
            raise ValidationError({"unit": _("只有社区能派给本社区的共建单位。")})
        found = list(unit_holders(Perm.HANDLE_FOR_UNIT, unit.pk))
        if not found:
            raise ValidationError({"unit": _("这家单位还没有联络员，请先在岗位里任命。")})
        if handler is not None and handler not in found:
            raise ValidationError({"handler": _("此人不是这家单位的联络员，请另选一位。")})
        return handler or found[0]


def works_for(user: "User", incident: Any) -> bool:
    """Whether the person handles incidents there, or for the unit that has it."""
    here = reach(user, Perm.HANDLE_INCIDENTS).covers(incident.community_id, incident.grid_id)
    return here or answers_for_unit(user, incident)


def need_note(step: Step, words: str) -> None:
    if not step.note.strip():
        raise ValidationError({"note": words})
