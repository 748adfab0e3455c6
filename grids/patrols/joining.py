"""“附近已有相同问题” on a walk: joined by one tap; without network the hub says so once it has the finding."""

from typing import TYPE_CHECKING, Any, cast

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from grids.models import Incident
from grids.patrols.sync import Refused, Sent, Taken, form_words
from grids.suggesting.alike import Telling, alike
from grids.suggesting.forms import SecondForm
from grids.suggesting.places import Place

if TYPE_CHECKING:
    from grids.patrols.forms import SentFindingForm


def joined(sent: Sent) -> Taken | None:
    """Words and photos go to what was reported before; None when that can no longer be joined."""
    told = sent.item.facts
    rows = Incident.objects.open_to_join(sent.by).filter(number=told["join"])
    incident = rows.select_related("community", "grid", "category").first()
    if incident is None or not any(move.verb == "second" for move in incident.moves_for(sent.by)):
        return None
    data = {"note": told.get("description") or "", "place": told.get("place") or ""}
    photos = MultiValueDict({"photos": cast("list[Any]", sent.item.photos)})
    form = SecondForm(data, photos, case=incident, user=sent.by)
    if not form.is_valid():
        raise Refused(form_words(form))
    form.make("second")
    return Taken(incident, [_("已并入 %(number)s，不用再报一次。") % {"number": incident.number}])


def alike_words(form: "SentFindingForm", sent: Sent) -> list[str]:
    """A word on what others reported of the same, for whoever could not be shown it while they wrote."""
    data = form.cleaned_data
    if data["outcome"] == form.FIXED:
        return []
    place = Place.of(sent.walk.community_id, data["building"], sent.walk.grid, form.spot)
    telling = Telling.of(place, data["category"], data["description"], data["place"])
    others = [one for one in alike(telling, sent.by, sent.now) if one.is_open and not one.mine]
    words = _("附近可能已有同一件事：%(number)s（%(where)s，%(state)s）。是同一件就请告诉办理人。")
    return [words % {"number": one.number, "where": one.where, "state": one.state} for one in others[:1]]
