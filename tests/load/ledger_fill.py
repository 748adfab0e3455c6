"""A community whose ledger holds a given number of entries: every posting gives one of the members a point."""

import os
import subprocess
import sys

from tests.load import bases

VERSION = 1
MEMBERS = 100_000

# Triggers rest meanwhile: what they check is right by construction, and the verification after it looks at every row.
POSTINGS = """
INSERT INTO points_posting (community_id, key, kind, words, at, xact)
SELECT {community}, 'fill:' || n, 'post', '半年度评定', timestamptz '2020-01-01' + n * interval '30 seconds', 3 + n / 1000
FROM generate_series({low}, {high}) n
"""
LINES = """
INSERT INTO points_line (posting_id, account_id, amount, balance, at)
SELECT p.id, side.account, side.amount, side.balance, p.at
FROM (SELECT id, at, substr(key, 6)::bigint AS n FROM points_posting WHERE community_id = {community} AND key LIKE 'fill:%') p
CROSS JOIN LATERAL (VALUES
    ({issuance}, -1, -(p.n + 1)), ({first} + p.n % {members}, 1, p.n / {members} + 1)
) side (account, amount, balance)
WHERE p.n BETWEEN {low} AND {high}
ORDER BY p.id, side.account
"""
BALANCES = """
UPDATE points_account a SET balance = l.balance, moved_at = l.at FROM (
    SELECT DISTINCT ON (account_id) account_id, balance, at FROM points_line ORDER BY account_id, id DESC
) l WHERE l.account_id = a.id
"""
BARE = """
CREATE TABLE bare_account (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
INSERT INTO bare_account SELECT n, 1000000 FROM generate_series(1, {members}) n;
CREATE TABLE bare_posting (
    id bigserial PRIMARY KEY, key uuid NOT NULL UNIQUE, words varchar(120) NOT NULL, at timestamptz NOT NULL);
CREATE TABLE bare_line (
    id bigserial PRIMARY KEY, posting_id bigint NOT NULL REFERENCES bare_posting, account_id bigint NOT NULL
    REFERENCES bare_account, amount bigint NOT NULL, balance bigint NOT NULL);
CREATE INDEX ON bare_line (account_id, id);
"""


def prepared(entries: int, *, fresh: bool) -> str:
    """The address of the database, filled now if it is not there."""
    name = f"bench_ledger_{entries}_{VERSION}"
    if fresh:
        bases._drop(name)
    if not bases._exists(name):
        draft = f"{name}_draft"
        bases._drop(draft)
        bases._administer("CREATE DATABASE {}", draft)
        command = [sys.executable, "-m", "tests.load.ledger_fill", str(entries)]
        subprocess.run(command, env=bases.environment(draft), check=True)
        bases._administer("ALTER DATABASE {} RENAME TO {}", draft, name)
    return bases.address_of(name)


def fill(entries: int) -> None:
    from django.core.management import call_command
    from django.db import connection, transaction

    from tests.load.copying import without_triggers
    from tests.load.fill import timed, vacuum

    call_command("migrate", verbosity=0)
    community, members = people()
    postings = entries // 2
    with transaction.atomic(), connection.cursor() as cursor:
        without_triggers()
        first, issuance = accounts(community)
        facts = {"community": community, "members": members, "first": first, "issuance": issuance}
        step = 500_000
        for low in range(0, postings, step):
            facts |= {"low": low, "high": min(low + step, postings) - 1}
            cursor.execute(POSTINGS.format(**facts))
        cursor.execute("ANALYZE points_posting")
        cursor.execute(LINES.format(**facts | {"low": 0, "high": postings}))
        cursor.execute(BALANCES)
        cursor.execute(BARE.format(members=MEMBERS))
    timed("vacuum", vacuum)


def people() -> tuple[int, int]:
    from community.directory.models import Community, Street, User

    street = Street.objects.create(code="999999999", name="压测街道")
    community = Community.objects.create(street=street, code="999999999999", name="压测社区")
    User.objects.bulk_create(
        (User(username=f"m{n}", name=f"党员{n}", community=community, password="!") for n in range(MEMBERS)),
        batch_size=5_000,
    )
    return community.pk, MEMBERS


def accounts(community_id: int) -> tuple[int, int]:
    """Ids of the first member's account and of the issuance."""
    from django.db import connection

    from points.models import Account

    source = Account.objects.create(community_id=community_id, kind="issuance", asset="points")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO points_account (community_id, kind, asset, owner_id, balance) "
            "SELECT %s, 'available', 'points', id, 0 FROM directory_user WHERE community_id = %s ORDER BY id RETURNING id",
            [community_id, community_id],
        )
        return cursor.fetchone()[0], source.pk


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.settings")
    django.setup()
    fill(int(sys.argv[1]))
