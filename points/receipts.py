"""A receipt proves that one line of a statement lies in the sealed chain; whoever holds its code can have it proved."""

from base64 import b32encode
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core import asked
from points import chain
from points.models import Line, Seal
from points.models.account import OWNED_KINDS

CHECK_LENGTH = 10
NO_SUCH_CODE = gettext_lazy("没有这张凭证，请核对每一位。")


@dataclass(frozen=True)
class Proof:
    """A line, the seal in which its posting stands, and every step from the one to the chain."""

    code: str
    line: Line | None
    posting_id: int
    seal: Seal
    position: int
    leaf: bytes
    text: str

    @cached_property
    def leaves(self) -> list[bytes]:
        return chain.split(bytes(self.seal.leaves))

    @cached_property
    def path(self) -> list[tuple[str, bytes]]:
        return chain.path(self.leaves, self.position)

    @cached_property
    def unchanged(self) -> bool:
        return chain.leaf(self.text) == self.leaf

    @cached_property
    def rooted(self) -> bool:
        return chain.climb(self.leaf, self.path) == bytes(self.seal.root)

    @cached_property
    def linked(self) -> bool:
        seal = self.seal
        made = chain.link(bytes(seal.previous), bytes(seal.root), seal.community_id, seal.number, len(seal.postings))
        return made == bytes(seal.chain)

    @cached_property
    def day(self) -> date:
        return timezone.localdate(self.seal.sealed_at)

    @cached_property
    def published(self) -> Seal:
        """The seal whose link was published for the day."""
        return Seal.objects.filter(community=self.seal.community_id).at_the_end_of(self.day) or self.seal

    @cached_property
    def reaches_day(self) -> bool:
        """Whether link follows link from this seal to the one published for its day."""
        link = bytes(self.seal.chain)
        later = Seal.objects.filter(
            community=self.seal.community_id, number__gt=self.seal.number, number__lte=self.published.number
        )
        facts = later.order_by("number").values_list("number", "root", "chain", "postings__len")
        for number, root, made, count in facts:
            link = chain.link(link, bytes(root), self.seal.community_id, number, count)
            if link != bytes(made):
                return False
        return link == bytes(self.published.chain)

    @property
    def sound(self) -> bool:
        return all(right for _name, right in self.steps())

    def steps(self) -> list[tuple[str, bool]]:
        return [
            (_("账目内容与封存时的指纹一致"), self.unchanged),
            (_("指纹在第 %(number)s 次封存里") % {"number": self.seal.number}, self.rooted),
            (_("这次封存接在上一次之后"), self.linked),
            (_("一环扣一环，直到当天公布的链值"), self.reaches_day),
        ]

    @property
    def text_to_show(self) -> str:
        """The posting's text, where nobody else's account stands in it."""
        return self.text if self.line and _owners(self.line) <= {self.line.account.owner_id} else ""


def _owners(line: Line) -> set[int | None]:
    owned = Line.objects.filter(posting=line.posting_id, account__kind__in=OWNED_KINDS)
    return set(owned.values_list("account__owner_id", flat=True))


def code_of(line: Line) -> str:
    """The code of a line's receipt; empty while its posting is not sealed yet."""
    posting = line.posting
    here = Seal.objects.filter(community=posting.community_id, upto_xact__gte=posting.xact)
    near = here.filter(first_id__lte=posting.pk, last_id__gte=posting.pk).without_content().order_by("number")
    for seal in near.iterator(chunk_size=5):
        position = _position(seal, posting.pk)
        if position is not None:
            return _code(seal.pk, position, line.pk, _leaf(seal, position))
    return ""


def proof_of(code: str) -> Proof | None:
    """What a code proves; None where no such code was ever given out."""
    parts = code.strip().upper().replace(" ", "").split("-")
    numbers = [found for part in parts[:3] if (found := asked.number(part)) is not None]
    if len(parts) != 4 or len(numbers) != 3:
        return None
    seal_id, place, line_id = numbers
    seal = Seal.objects.select_related("community").filter(pk=seal_id).first()
    if seal is None or not 0 < place <= len(seal.postings):
        return None
    leaf = chain.split(bytes(seal.leaves))[place - 1]
    if not constant_time_compare(_code(seal.pk, place - 1, line_id, leaf), "-".join(parts)):
        return None
    line = Line.objects.select_related("posting__case", "account__owner").filter(pk=line_id).first()
    posting_id = seal.postings[place - 1]
    return Proof("-".join(parts), line, posting_id, seal, place - 1, leaf, _text(posting_id))


def _code(seal_id: int, position: int, line_id: int, leaf: bytes) -> str:
    """Numbers to find it by, and a check that only the hub can make."""
    name = f"{seal_id}-{position + 1}-{line_id}"
    digest = salted_hmac("points.receipts", f"{name}-{leaf.hex()}", algorithm="sha256").digest()
    return f"{name}-{b32encode(digest).decode()[:CHECK_LENGTH]}"


def _position(seal: Seal, posting_id: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_position(postings, %s) - 1 FROM points_seal WHERE id = %s", [posting_id, seal.pk])
        return cursor.fetchone()[0]


def _leaf(seal: Seal, position: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substring(leaves FROM %s FOR %s) FROM points_seal WHERE id = %s",
            [position * chain.SIZE + 1, chain.SIZE, seal.pk],
        )
        return bytes(cursor.fetchone()[0])


def _text(posting_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {chain.TEXT} FROM points_posting p WHERE p.id = %s", [posting_id])  # noqa: S608
        found = cursor.fetchone()
        return found[0] if found else ""
