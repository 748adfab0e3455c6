"""The benchmark harness: ``make bench`` (or ``python -m tests.load`` with DATABASE_URL and REDIS_URL set)."""
