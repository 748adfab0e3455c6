"""What grid posts a hub starts with: “1+2+X+N”, the five levels, and the articles' stewards and members.

Beside ``roles.ROLES``; an administrator edits all of it. Numbers for a residential grid and terms are our own proposal,
as are the names of the six members, whom the article counts (红色六员 40 名) but does not name."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_noop as _

from community.core.perms import Perm


class Position(NamedTuple):
    """A role with what is expected of its posts: see the fields of ``Role`` by the same names."""

    code: str
    name: str
    scope: str
    duties: str
    perms: tuple[Perm, ...] = ()
    staff: bool = False
    family: str = "grid"
    slot: str = ""
    level: int | None = None
    per_grid: int = 0
    licensed: bool = False
    term_months: int = 36

    @property
    def profile(self) -> dict[str, Any]:
        names = ("duties", "family", "slot", "level", "per_grid", "licensed", "term_months")
        return {name: getattr(self, name) for name in names}


HELPING = (Perm.SEE_CASES, Perm.PATROL, Perm.HANDLE_INCIDENTS)
VERIFYING = (Perm.VERIFY_INCIDENTS,)


def _steward(code: str, name: str, duties: str) -> Position:
    return Position(f"steward_{code}", name, "community", duties, family="steward", licensed=True, term_months=24)


def _member(code: str, name: str, duties: str) -> Position:
    return Position(f"member_{code}", name, "community", duties, family="member", term_months=24)


POSITIONS = (
    # The five levels, from the leading cadre down (article 002), with the places of “1+2+X+N” (article 001).
    Position("grid_cadre", _("包联社区干部"), "grid", _("包联网格，协调解决网格解决不了的事"),
             (Perm.SEE_CASES, Perm.SEE_DIRECTORY), True, level=1, per_grid=1),
    Position("grid_leader", _("网格长"), "grid", _("统筹网格，核查事件，督促按时办结"), level=2, per_grid=1),
    Position("deputy_leader", _("副网格长"), "grid", _("协助网格长，网格长不在时代行"), (*HELPING, *VERIFYING), True, level=3),
    Position("grid_worker", _("网格员"), "grid", _("每日巡、经常访、及时记、随手做、实时报"), slot="1", level=4, per_grid=1),
    Position("parttime_worker", _("兼职网格员"), "grid", _("协助专职网格员巡查走访"), HELPING, True, slot="2", level=4,
             per_grid=2, term_months=24),
    Position("micro_worker", _("红色微网格员"), "grid", _("联系身边的住户，收集社情民意"), level=5, per_grid=1,
             term_months=24),
    Position("department_officer", _("职能部门力量"), "grid", _("政法、公安、民政、执法等部门嵌入网格的人员"),
             (Perm.SEE_CASES, Perm.HANDLE_INCIDENTS), True, slot="X"),
    Position("grid_volunteer", _("网格志愿者"), "grid", _("参加网格里的志愿服务"), slot="N", term_months=24),
    # Article 000: 22 lane stewards, who work with a licence.
    Position("lane_steward", _("小巷管家"), "grid", _("日常巡查街巷，劝阻不文明行为，收集社情民意"), family="lane",
             licensed=True, term_months=24),
    # Article 004: the six posts of the red stewards.
    _steward("repair", _("维修维护员"), _("小修小补，设施维护")),
    _steward("care", _("爱心帮扶员"), _("帮扶困难家庭和特殊人群")),
    _steward("information", _("信息咨询员"), _("解答咨询，提供便民信息")),
    _steward("policy", _("政策宣传员"), _("宣传政策，讲清楚怎么办")),
    _steward("emergency", _("应急处理员"), _("突发情况先到先办，及时上报")),
    _steward("mediation", _("矛盾调处员"), _("调处邻里矛盾")),
    # Article 001 counts forty of the six members; the names are proposed here.
    _member("publicist", _("红色宣传员"), _("宣传党的政策和社区的事")),
    _member("liaison", _("红色联络员"), _("联系住户，听取意见")),
    _member("mediator", _("红色调解员"), _("劝和邻里，化解小矛盾")),
    _member("guard", _("红色安全员"), _("留意消防和出行安全")),
    _member("cleaner", _("红色环保员"), _("维护环境卫生，带头分类")),
    _member("servant", _("红色服务员"), _("就近帮助有需要的人")),
)  # fmt: skip


def plant() -> None:
    """Create the roles that are not there yet and describe those of ``ROLES`` that nobody has described."""
    from community.access.models import Role

    known = {role.code: role for role in Role.objects.all()}
    Role.objects.bulk_create(
        Role(
            code=row.code, name=row.name, scope_kind=row.scope, perms=[perm.value for perm in row.perms],
            staff=row.staff, **row.profile,
        )
        for row in POSITIONS
        if row.code not in known
    )  # fmt: skip
    for row in POSITIONS:
        if row.code in known and not known[row.code].family:
            Role.objects.filter(code=row.code).update(**row.profile)
