"""What the parts of points tell the layers below of themselves; called once, by ``apps.py``."""

from community.notices import kinds
from points.appeals import kind as appeals
from points.awards import kind as awards
from points.challenges import kind as challenges
from points.division import kind as division
from points.grants import kind as grants
from points.handover import kind as handover
from points.rulebook import kind as rulebook
from points.rulebook.registering import register_events
from points.stars import models as thresholds
from points.stars.certificate import REVOKED
from points.stars.closing import REACHED, SERVED
from points.stories.models import ASKED
from points.teams import registering as teams
from points.teams import team as team_kinds


def register_all() -> None:
    register_events()
    awards.register_all()
    grants.register_all()
    handover.register_all()
    division.register_all()
    appeals.register_all()
    rulebook.register_all()
    challenges.register_all()
    teams.register_all()
    kinds.register("", REACHED, SERVED, ASKED, REVOKED)


def plant_all() -> None:
    thresholds.plant()
    team_kinds.plant()
