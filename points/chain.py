"""How the chain is made, so that anybody can make it again. All hashes are SHA-256.

    leaf   00 ‖ text of the posting (``TEXT``: its columns, then its lines, as JSON; moments in microseconds since 1970)
    node   01 ‖ left ‖ right; a level's odd last node goes up as it is (the tree of RFC 6962)
    link   02 ‖ link of the seal before (32 zero bytes at first) ‖ root ‖ "community:number:postings"

So one link stands for everything posted before it, and a posting is proved by its text and the few nodes beside its way
up to the root. Nobody has to show other people's postings for that.
"""

from collections.abc import Sequence
from hashlib import sha256

SIZE = 32
START = bytes(SIZE)

# What is hashed of posting ``p``. Accounts go in by what they are, so that nobody can be put in another's place; those
# of the fund's projects with one entry more.
LINES = """
SELECT json_agg(CASE WHEN a.project_id IS NULL
    THEN json_build_array(l.id, l.amount, l.balance, {at_of_line}, a.id, a.kind, a.asset, a.owner_id)
    ELSE json_build_array(l.id, l.amount, l.balance, {at_of_line}, a.id, a.kind, a.asset, a.owner_id, a.project_id)
END ORDER BY l.id)
FROM points_line l LEFT JOIN points_account a ON a.id = l.account_id WHERE l.posting_id = p.id
""".format(at_of_line="(extract(epoch FROM l.at) * 1000000)::bigint")
TEXT = f"""json_build_array(p.id, p.community_id, p.key, p.kind, p.words, p.case_id, p.by_id, p.answers_id,
    (extract(epoch FROM p.at) * 1000000)::bigint, (extract(epoch FROM p.until) * 1000000)::bigint,
    (extract(epoch FROM p.recorded_at) * 1000000)::bigint, p.xact, ({LINES}))::text"""
LEAF = f"sha256('\\x00'::bytea || convert_to({TEXT}, 'UTF8'))"


def leaf(text: str) -> bytes:
    return sha256(b"\x00" + text.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def above(level: Sequence[bytes]) -> list[bytes]:
    """The next level of the tree."""
    pairs = [node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def root(leaves: Sequence[bytes]) -> bytes:
    level = leaves
    while len(level) > 1:
        level = above(level)
    return level[0]


def path(leaves: Sequence[bytes], position: int) -> list[tuple[str, bytes]]:
    """The nodes beside the way from a leaf to the root, each with the side on which it stands."""
    steps, level = [], leaves
    while len(level) > 1:
        beside = position ^ 1
        if beside < len(level):
            steps.append(("left" if beside < position else "right", level[beside]))
        level, position = above(level), position // 2
    return steps


def climb(start: bytes, steps: Sequence[tuple[str, bytes]]) -> bytes:
    """The root that a leaf and its path lead to."""
    for side, beside in steps:
        start = node(beside, start) if side == "left" else node(start, beside)
    return start


def link(previous: bytes, root_: bytes, community_id: int, number: int, count: int) -> bytes:
    return sha256(b"\x02" + previous + root_ + f"{community_id}:{number}:{count}".encode()).digest()


def split(leaves: bytes) -> list[bytes]:
    """The hashes that a seal keeps one behind the other."""
    return [leaves[n : n + SIZE] for n in range(0, len(leaves), SIZE)]
