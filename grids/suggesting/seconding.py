"""Verbs of those who told of a problem after somebody else had: they join it, and say how it went."""

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from community.core.models import Attachment
from community.core.verbs import Step, verb
from grids.suggesting.supporters import Supporter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from community.core.photos import CleanPhoto
    from community.directory.models import User


class Seconded:
    """What an incident does with its further reporters; mixed into ``Incident``."""

    @cached_property
    def said(self: Any) -> dict[int, int | None]:
        """The stars of each further reporter, None where nothing has been said yet; one query, or none if prefetched."""
        return {row.person_id: row.rating for row in self.supporters.all()}

    @property
    def reporter_ids(self: Any) -> frozenset[int | None]:
        return frozenset({self.raised_by_id, *self.said})

    def reporters(self: Any) -> "list[User]":
        """Everybody who told of it; each hears how it goes."""
        others = [row.person for row in self.supporters.select_related("person")]
        return [*([self.raised_by] if self.raised_by_id else []), *others]

    @verb
    def second(self: Any, step: Step, *, photos: "Sequence[CleanPhoto]" = (), place: str = "") -> None:
        """I have met it too: my words and photos join the story, which only staff read."""
        step.note = " · ".join(part for part in (place.strip(), step.note.strip()) if part)
        Supporter.objects.create(
            incident=self, person=cast("User", step.by), words=step.note[:2000], joined_at=step.now
        )
        self.keep(photos, Attachment.Purpose.REPORT)
        self._forget_who_said()

    @verb
    def say(self: Any, step: Step, *, rating: int) -> None:
        """A further reporter's word on the result; the first reporter's closes the incident."""
        told = self.supporters.filter(person=step.by, rating=None).update(rating=rating, said_at=step.now)
        if not told:
            raise ValidationError(_("您已经说过了，谢谢。"))
        step.data["rating"] = rating
        self._forget_who_said()

    def _forget_who_said(self: Any) -> None:
        self.__dict__.pop("said", None)
        getattr(self, "_prefetched_objects_cache", {}).pop("supporters", None)


def reporters_of(incident: Any, user: "User") -> dict[str, Any]:
    """What the case's page says of them: how many, what they said on the whole, and one's own words."""
    stars = [rating for rating in incident.said.values() if rating is not None]
    return {
        "count": 1 + len(incident.said),
        "said": len(stars),
        "stars": sum(stars) / len(stars) if stars else None,
        "own": incident.supporters.filter(person=user).first() if user.pk in incident.said else None,
    }
