"""现在该做什么: at most seven lines, the most pressing first, each a link to what it speaks of."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from community.dashboards import links
from community.dashboards.figures import Material
from community.dashboards.numbers import Numbers

MOST = 7


@dataclass(frozen=True)
class Task:
    """One line: what to do, where, and how pressing it is (a kind of ``<c-state>``)."""

    label: str
    href: str
    icon: str
    tone: str


def tasks(data: Material, keeps_fund: bool = False) -> list[Task]:
    """The lines whose count is not zero. What the fund waits for is told to those who keep it alone."""
    present, community = data.present, data.community
    missed = data.days.get(data.period.last, Numbers()).of("patrol", "missed")
    lines = (
        (
            present.of("incident", "overdue"),
            lambda n: ngettext("督办 %(n)s 件已超时的事件", "督办 %(n)s 件已超时的事件", n),
            links.incidents(due="overdue", community=community), "flag", "overdue",
        ),
        (
            present.of("wish", "overdue"),
            lambda n: ngettext("督办 %(n)s 个已超时的心愿", "督办 %(n)s 个已超时的心愿", n),
            links.wishes(due="overdue", community=community), "heart-handshake", "overdue",
        ),
        (
            present.of("hotline", "overdue"),
            lambda n: ngettext("督办 %(n)s 件已超时的12345工单", "督办 %(n)s 件已超时的12345工单", n),
            links.tickets(due="overdue", community=community), "phone-call", "overdue",
        ),
        (
            missed,
            lambda n: ngettext("了解今天 %(n)s 次未完成的巡查", "了解今天 %(n)s 次未完成的巡查", n),
            links.patrols(state="missed", day=data.period.last, community=community), "walk", "overdue",
        ),
        (
            present.of("incident", "due_soon"),
            lambda n: ngettext("%(n)s 件事件 4 小时内到期", "%(n)s 件事件 4 小时内到期", n),
            links.incidents(due="soon", community=community), "flag", "soon",
        ),
        (
            present.of("wish", "state.submitted"),
            lambda n: ngettext("审核 %(n)s 个新心愿", "审核 %(n)s 个新心愿", n),
            links.wishes(state="submitted", community=community), "heart-handshake", "waiting",
        ),
        (
            present.of("incident", "state.resolved"),
            lambda n: ngettext("核查 %(n)s 件处理完毕的事件", "核查 %(n)s 件处理完毕的事件", n),
            links.incidents(state="resolved", community=community), "clipboard-check", "waiting",
        ),
        (
            present.of("joining", "open"),
            lambda n: ngettext("审核 %(n)s 份入户申请", "审核 %(n)s 份入户申请", n),
            links.inbox(show="post"), "home-heart", "waiting",
        ),
        (
            present.of("seat", "state.claimed"),
            lambda n: ngettext("审批 %(n)s 个认岗", "审批 %(n)s 个认岗", n),
            links.seats(state="claimed", community=community), "id-badge-2", "waiting",
        ),
        (
            present.of("seat", "overdue"),
            lambda n: ngettext("督办 %(n)s 个久拖未补的岗位", "督办 %(n)s 个久拖未补的岗位", n),
            links.seats(state="open", community=community), "id-badge-2", "overdue",
        ),
        (
            present.of("seat", "state.vacant"),
            lambda n: ngettext("补上 %(n)s 个空缺的岗位", "补上 %(n)s 个空缺的岗位", n),
            links.seats(state="vacant", community=community), "id-badge-2", "info",
        ),
        (
            present.of("fund", "asked") * keeps_fund,
            lambda n: ngettext("审批 %(n)s 笔基金支出", "审批 %(n)s 笔基金支出", n),
            links.to("fund:spendings", state="asked", community=community), "coin", "waiting",
        ),
        (
            present.of("fund", "months") * keeps_fund,
            lambda n: ngettext("督促结清 %(n)s 个月的基金账", "督促结清 %(n)s 个月的基金账", n),
            links.to("fund:months", open=1, community=community), "book", "overdue",
        ),
        (
            present.of("wish", "state.published"),
            lambda n: ngettext("为 %(n)s 个待认领的心愿找人", "为 %(n)s 个待认领的心愿找人", n),
            links.wishes(state="published", community=community), "users", "info",
        ),
    )  # fmt: skip
    return [Task(words(count) % {"n": count}, href, icon, tone) for count, words, href, icon, tone in lines if count][
        :MOST
    ]
