"""What only the database's owner can do."""

from django.db import connection

TABLES = ("points_posting", "points_line", "points_seal", "points_account")


def tamper(sql: str, *params: int | str) -> None:
    """Change what was written: the guards are put to sleep for one statement."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        connection.check_constraints()
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
