"""Every periodic job of the hub, one line each; a test runs every entry."""

from typing import Any

from celery.schedules import crontab, schedule


def every(seconds: int, task: str) -> dict[str, Any]:
    """Left in the queue for longer than that, a run is dropped: the next one does the same."""
    return {"task": task, "schedule": schedule(seconds), "options": {"expire_seconds": seconds}}


SCHEDULE = {
    "sweep the deadlines": every(15, "timers.sweep"),
    "send notices": every(10, "notices.send"),
    "refresh the statistics": every(20, "dashboards.refresh"),
    "seal the ledger": every(60, "points.seal"),
    "verify what is new in the ledger": {"task": "points.verify", "schedule": crontab(hour=4, minute=10)},
    "let points expire": {"task": "points.expire", "schedule": crontab(hour=1, minute=10)},
    "begin and end posts": {"task": "access.sync_terms", "schedule": crontab(hour=0, minute=5)},
    "take up lost imports": every(60, "imports.carry_on_all"),
    "forget old workbooks": {"task": "imports.forget_old", "schedule": crontab(hour=3, minute=20)},
    "plan duties ahead": {"task": "duties.plan_ahead", "schedule": crontab(minute=10)},
    "give duties to today's holders": {"task": "duties.settle_posts", "schedule": crontab(minute=15)},
    "watch over posts": {"task": "grids.watch_posts", "schedule": crontab(hour="0,7", minute=20)},
    "learn the words of incidents": {"task": "grids.learn_words", "schedule": crontab(hour=3, minute=40)},
    "give stars": {"task": "points.give_stars", "schedule": crontab(hour=2, minute=30)},
}
