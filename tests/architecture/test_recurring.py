"""Everything recurring uses the kernel of duties: jobs, columns and rules that look recurrent are known, or refused."""

import ast
import re
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Field, Model

from community.duties.models import Occurrence
from community.schedule import SCHEDULE
from tests.architecture.sources import PRODUCT, files, nodes, place

# The kernel's own: everything that somebody has to do again and again passes through these.
KERNEL = {"duties.plan_ahead", "duties.settle_posts", "timers.sweep"}
# What the machine does for itself: nobody is asked to do it, and nobody can miss it.
HOUSEKEEPING = {
    "notices.send": "empties the outbox",
    "dashboards.refresh": "follows the timelines with its figures",
    "points.seal": "seals new postings into the chain",
    "points.verify": "recomputes what is new in the ledger",
    "points.expire": "lets points expire on the days of the community's policy",
    "points.give_stars": "closes a half-year that is over and gives the stars that were earned",
    "access.sync_terms": "grants and withdraws what a post brings on the day it begins or ends",
    "imports.carry_on_all": "takes up imports whose worker was killed",
    "imports.forget_old": "deletes workbooks after their time",
    "grids.watch_posts": "compares posts with what each grid ought to have; a gap becomes a case with clocks",
    "grids.learn_words": "counts which words stand for which category",
}
# Names that a recurrence written a second time would bear.
RECURRENT = re.compile(
    r"(^|_)(recurr\w*|rr?ule|rhythm|freq\w*|interval|every|times|cron\w*|schedul\w*|cycle|period|weekdays?|repeat\w*"
    r"|festivals?|daily|weekly|monthly|yearly|days|weeks?|months?|years?|next|last|upto)(_|$)"
)
KNOWN = {
    "core.Serial.last": "the last number given",
    "directory.Building.built_year": "when it was built",
    "directory.User.last_login": "Django's own",
    "directory.Person.birth_month": "when somebody was born",
    "access.Role.term_months": "how long a term is; each term is appointed by somebody",
    "timers.OfficeHours.weekday": "the working calendar, by which plans leave days out",
    "points.ExpiryPolicy.months": "how long points last",
    "points.ExpiryPolicy.warn_days": "how long before they expire one is told",
    "points.ExpiryPolicy.warned_upto": "how far the nightly job has come",
    "points.ExpiryPolicy.expired_upto": "how far the nightly job has come",
    "points.PointRule.cap_period": "within what time a cap counts",
    "points.DraftRule.cap_period": "within what time a cap counts",
    "points.Seal.last_id": "the last posting of a link of the chain",
    "points.Seal.upto_xact": "how far the chain reaches",
    "points.Seal.upto_id": "how far the chain reaches",
    "points.StarPeriod.last": "the last day of a half-year",
    "grids.RecurringSpot.times": "how often something was reported there",
    "grids.RecurringSpot.last_at": "when something was reported there last",
    "grids.Survey.frame_last": "how far the household frame reached when it was drawn",
}
# Rules of RFC 5545 are written only where plans are made; the reason where no plan is.
WRITES_RULES = {
    "community/duties": "the kernel",
    "community/demonstration": "plans of the demonstration",
    "grids/care/lines.py": "plans of care",
    "grids/visits/tiers.py": "plans of visits",
    "points/fund/closing.py": "the plan of every fund to close its months",
    "points/teams/activity_forms.py": "a few dates announced at once, expanded by the kernel; nobody has the duty",
}
# What the hub's people do again and again, and what its occurrences are called.
RECURS = {"duty", "patrol", "visit", "round", "watch", "care_call", "care_turn", "agreement_check", "month_closing"}


def test_every_periodic_job_is_the_kernels_or_housekeeping() -> None:
    jobs = {entry["task"] for entry in SCHEDULE.values()}
    assert jobs - KERNEL == set(HOUSEKEEPING), (
        "a duty belongs into a plan; a job of the machine is listed with a reason"
    )


def test_no_table_keeps_a_recurrence_of_its_own() -> None:
    found = {label for label in _columns() if RECURRENT.search(label.rsplit(".", 1)[1])}
    assert found == set(KNOWN), "make it a duties.Plan, or list it with a reason"


def _columns() -> Iterator[str]:
    """Columns of our own tables outside the kernel, references left out."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] in PRODUCT and model._meta.app_label != "duties":
            yield from (_label(model, field) for field in model._meta.local_fields if not field.is_relation)


def _label(model: type[Model], field: "Field[object, object]") -> str:
    return f"{model._meta.label}.{field.name}"


def test_the_words_would_find_a_second_recurrence() -> None:
    for name in (
        "next_on",
        "next_visit_at",
        "every_days",
        "rrule",
        "last_run",
        "times_a_week",
        "weekdays",
        "frequency",
    ):
        assert RECURRENT.search(name), name
    for name in ("due_at", "effective_on", "until", "sometimes", "nextdoor"):
        assert not RECURRENT.search(name), name


def test_rules_are_written_where_plans_are_made() -> None:
    found = [
        place(path, node)
        for path in files(*PRODUCT)
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("FREQ=")
    ]
    assert [one for one in found if not one.startswith(tuple(WRITES_RULES))] == []
    assert [home for home in WRITES_RULES if not any(one.startswith(home) for one in found)] == []


def test_nobody_else_expands_a_rule_or_keeps_time() -> None:
    """Only the kernel reads RFC 5545, and only the schedule says when Celery does something."""
    homes = {"dateutil.rrule": "community/duties/", "celery.schedules": "community/schedule.py"}
    found = [
        place(path, node)
        for path in files(*PRODUCT)
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module in homes
        if not place(path, node).startswith(homes[node.module])
    ]
    assert found == []


def test_nobody_puts_a_task_off_by_hand() -> None:
    """A task that plans its own next run is a clock that a wiped queue would lose."""
    found = [
        place(path, node)
        for path in files(*PRODUCT)
        for node in nodes(path)
        if isinstance(node, ast.Call) and {keyword.arg for keyword in node.keywords} & {"countdown", "eta"}
    ]
    assert found == []


def test_what_people_do_again_and_again_is_laid_out_by_the_kernel() -> None:
    assert set(Occurrence.kinds) == RECURS, "another thing that recurs: name it here"
