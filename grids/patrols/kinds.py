"""What each kind of item does: the same verbs and forms as on the pages, and what to ask when the world has moved on."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from community.core.phrases import moment
from grids.forms import MOVE_FORMS
from grids.models import CheckPoint, Incident, Patrol, Tick
from grids.patrols import conflicts
from grids.patrols.conflicts import Choice
from grids.patrols.forms import SentFindingForm
from grids.patrols.joining import alike_words, joined
from grids.patrols.sync import Kind, Refused, Sent, Taken, form_words

S = Patrol.Status


def somebody_elses(sent: Sent) -> bool:
    """A colleague set out on it meanwhile."""
    return sent.walk.started_at is not None and sent.walk.assignee_id != sent.by.pk


def set_out(sent: Sent) -> None:
    """Start a patrol whose own start has not come through, before what was done on it is noted."""
    if sent.walk.status == S.PLANNED:
        sent.walk.start(by=sent.by, now=sent.moment)


def start(sent: Sent) -> Taken:
    if sent.item.choice == "leave":
        return Taken(words=[_("已按系统里的记录。")])
    if somebody_elses(sent):
        phone = _("您 %(at)s 出发") % {"at": moment(sent.moment)}
        raise conflicts.taken(sent.walk, phone, conflicts.leave())
    set_out(sent)
    late = sent.walk.status == S.MISSED
    return Taken(words=[_("系统里已过了截止时间，走完后可以补交。")] if late else [])


def tick(sent: Sent) -> Taken:
    if sent.item.choice == "leave" or somebody_elses(sent):
        return Taken(words=[_("这次巡查由同事在走，您的打卡没有记入。")])
    set_out(sent)
    point = CheckPoint.objects.filter(pk=_whole(sent, "point"), grid=sent.walk.grid_id).first()
    if point is None:
        raise Refused({"point": [_("这个检查点不在这次巡查的网格里。")]})
    if Tick.objects.filter(patrol=sent.walk, point=point).exists():
        return Taken()
    how = Tick.How.CODE if sent.item.facts.get("how") == Tick.How.CODE else Tick.How.TAP
    sent.walk.tick(by=sent.by, now=sent.moment, point=point, how=how)
    return Taken()


def finding(sent: Sent) -> Taken:
    choice, told = sent.item.choice, sent.item.facts
    if somebody_elses(sent) and choice not in ("attach", "apart"):
        raise conflicts.taken(
            sent.walk, str(told.get("place") or told.get("description") or _("一条发现"))[:60],
            Choice("attach", _("记到同事这次巡查里")), Choice("apart", _("单独上报")), conflicts.edit(),
        )  # fmt: skip
    if sent.walk.assignee_id in (None, sent.by.pk):
        set_out(sent)
    if told.get("join") and (met := joined(sent)):
        return met
    form = _finding_form(sent)
    if not form.is_valid():
        raise Refused(form_words(form))
    _ask_if_moved(sent, form)
    words = [] if told.get("asked") else alike_words(form, sent)
    incident, _new = form.raise_once()
    late = [_("巡查已到截止时间，这条照常上报。")] if sent.walk.status == S.MISSED else []
    gone = [_("您要并入的那件事已不能再并入，这条已单独上报。")] if told.get("join") else []
    return Taken(incident, gone + form.warnings + late + words)


def _finding_form(sent: Sent) -> SentFindingForm:
    facts = {name: "" if value is None else value for name, value in sent.item.facts.items()}
    return SentFindingForm(
        facts | {"request_key": sent.item.key}, MultiValueDict({"photos": cast("list[Any]", sent.item.photos)}),
        user=sent.by, patrol=sent.walk, moment=sent.moment, now=sent.now, apart=sent.item.choice == "apart",
        chosen=sent.chosen,
    )  # fmt: skip


def _ask_if_moved(sent: Sent, form: SentFindingForm) -> None:
    """The phone says in which grid the building was; it may lie in another since."""
    building, before = form.cleaned_data["building"], str(sent.item.facts.get("grid") or "")
    if building and before and before != str(building.grid_id) and not sent.item.choice:
        raise conflicts.moved(building, sent.walk.grid if before == str(sent.walk.grid_id) else None)


def note(sent: Sent) -> Taken:
    """Progress on a matter of one's own that lay on the way, or its end."""
    told = sent.item.facts
    rows = Incident.objects.visible_to(sent.by).filter(number=told.get("number") or "")
    incident = rows.select_related("community", "grid").first()
    if incident is None:
        raise Refused({"": [_("没有找到这件事，可能已转给别人。")]})
    if sent.item.choice == "leave":
        return Taken(incident, [_("已按系统里的记录，您写的没有加上。")])
    seen = parse_datetime(str(told.get("seen") or ""))
    if incident.changed_at != seen and sent.item.choice != "anyway":
        raise conflicts.changed(incident, str(told.get("note") or _("处理完毕"))[:200])
    _make(sent, incident)
    return Taken(incident)


def _make(sent: Sent, incident: Incident) -> None:
    verb = "resolve" if sent.item.facts.get("verb") == "resolve" else "progress"
    files = MultiValueDict({"photos": cast("list[Any]", sent.item.photos)})
    incident.workflow.check(verb, sent.by, incident)
    form = MOVE_FORMS[verb]({"note": sent.item.facts.get("note") or ""}, files, case=incident, user=sent.by)
    if not form.is_valid():
        raise Refused(form_words(form))
    form.make(verb)


def finish(sent: Sent) -> Taken:
    walk, words = sent.walk, str(sent.item.facts.get("note") or "")[:2000]
    if sent.item.choice == "leave" or (walk.status == S.DONE and not somebody_elses(sent)):
        return Taken(words=[_("已按系统里的记录。")])
    if walk.status == S.MISSED and walk.assignee_id in (None, sent.by.pk):
        if sent.item.choice != "hand_in":
            raise conflicts.missed(walk, sent.moment)
        walk.hand_in(by=sent.by, now=sent.moment, note=words, began=_began(sent))
        return Taken()
    if somebody_elses(sent):
        raise conflicts.taken(walk, _("您 %(at)s 走完") % {"at": moment(sent.moment)}, conflicts.leave())
    set_out(sent)
    walk.finish(by=sent.by, now=max(sent.moment, walk.started_at or sent.moment), note=words)
    return Taken()


def _began(sent: Sent) -> Any:
    """When the phone says the walk began; believed only as far as the end of it is."""
    began = parse_datetime(str(sent.item.facts.get("began") or ""))
    return began if began and began.tzinfo and began <= sent.moment else None


def _whole(sent: Sent, name: str) -> int:
    try:
        return min(int(str(sent.item.facts.get(name))), 2**62)
    except ValueError:
        raise ValidationError({name: _("请重新选择。")}) from None


KINDS: dict[str, Kind] = {"start": start, "tick": tick, "finding": finding, "note": note, "finish": finish}
