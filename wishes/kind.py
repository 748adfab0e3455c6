"""How a wish shows itself on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_phone
from community.cases.registry import Heard, Kind, Stage
from community.cases.shown import is_staff_of, shown_name
from wishes.forms import MOVE_FORMS, SubmitForm
from wishes.models import Wish
from wishes.models.wish import title_of
from wishes.words import WORDS

if TYPE_CHECKING:
    from community.directory.models import User

S = Wish.Status


def context(wish: Wish, user: "User") -> dict[str, Any]:
    """What the facts template needs: coarse facts for most, the contact for the accepted claimer."""
    knows = wish.may_see_contact(user)
    return {
        "facts": wish.facts_for(user),
        "knows_contact": knows,
        "raiser": shown_name(wish.raised_by, user, wish) if wish.raised_by_id else "",
        "masked_phone": mask_phone(wish.contact_phone),
        "staff": is_staff_of(user, wish),
        "holder": wish.holder,
        "photos": [
            {"url": photo.url, "thumb": photo.thumbnail_url, "alt": photo.get_purpose_display()}
            for photo in wish.attachments.all()
            if photo.purpose == photo.Purpose.REPORT
        ]
        if knows or is_staff_of(user, wish)
        else [],
    }


def raise_heard(heard: Heard) -> Wish:
    """A wish said at the door; raised by whoever heard it, for whoever said it, with their consent."""
    return Wish.submit(
        by=heard.by, community=heard.dwelling.building.estate.community, title=title_of(heard.text),
        description=heard.text, channel=heard.channel, dwelling=heard.dwelling, contact_phone=heard.phone,
        for_name=heard.name, consent=heard.consent, now=heard.now,
        urgency=Wish.Urgency.URGENT if heard.urgent else Wish.Urgency.NORMAL,
    )  # fmt: skip


KIND = Kind(
    model=Wish,
    label=_("微心愿"),
    icon="heart-handshake",
    facts="wishes/_facts.html",
    journey=(
        Stage(_("提交"), frozenset({S.SUBMITTED})),
        Stage(_("上墙"), frozenset({S.PUBLISHED})),
        Stage(_("认领"), frozenset({S.CLAIMED})),
        Stage(_("确认"), frozenset({S.FULFILLED})),
        Stage(_("圆梦"), frozenset({S.GRANTED})),
    ),
    list_url="wishes:board",
    forms=MOVE_FORMS,
    opening=SubmitForm,
    context=context,
    facts_of=Wish.facts_for,
    words=WORDS,
    state_tones={
        S.SUBMITTED: "waiting",
        S.PUBLISHED: "info",
        S.CLAIMED: "ontime",
        S.FULFILLED: "waiting",
        S.GRANTED: "done",
        S.DECLINED: "paused",
        S.WITHDRAWN: "paused",
    },
    raise_heard=raise_heard,
    followed_up=lambda wish: wish.status == S.GRANTED,
)
