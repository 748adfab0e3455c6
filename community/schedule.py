"""Every periodic job of the hub, one line each; a test runs every entry."""

from celery.schedules import crontab, schedule

SCHEDULE = {
    "sweep the deadlines": {"task": "timers.sweep", "schedule": schedule(15)},
    "send notices": {"task": "notices.send", "schedule": schedule(10)},
    "refresh the statistics": {"task": "dashboards.refresh", "schedule": schedule(20)},
    "begin and end posts": {"task": "access.sync_terms", "schedule": crontab(hour=0, minute=5)},
    "take up lost imports": {"task": "imports.carry_on_all", "schedule": schedule(60)},
    "forget old workbooks": {"task": "imports.forget_old", "schedule": crontab(hour=3, minute=20)},
    "plan duties ahead": {"task": "duties.plan_ahead", "schedule": crontab(minute=10)},
    "give duties to today's holders": {"task": "duties.settle_posts", "schedule": crontab(minute=15)},
    "watch over posts": {"task": "grids.watch_posts", "schedule": crontab(hour="0,7", minute=20)},
    "learn the words of incidents": {"task": "grids.learn_words", "schedule": crontab(hour=3, minute=40)},
}
