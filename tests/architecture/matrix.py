"""Who gets what at every address: the access matrix as data. A new URL needs a row here, or its test fails.

Statuses not named by a row follow from the view's access rule: visitors are led to the login (302; over the API 403),
whoever lacks the permission gets 403, a method that the view does not have 405, everybody else 200.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from community.core.perms import Perm
from tests.architecture.scene import Scene

PEOPLE = [
    "anonymous", "owner", "neighbour", "volunteer", "worker", "other_worker", "leader", "staff", "secretary", "officer",
    "their_resident", "their_worker", "their_staff", "far_officer", "admin",
]  # fmt: skip

# Which of these people hold a permission somewhere; ours and others alike.
GRID = "worker other_worker leader their_worker admin"
DESK = "staff secretary their_staff admin"
HOLDERS: dict[str, str] = {
    Perm.SEE_CASES: f"{GRID} {DESK} officer far_officer",
    Perm.PATROL: GRID,
    Perm.HANDLE_INCIDENTS: f"{GRID} {DESK} officer far_officer",
    Perm.DISPATCH_INCIDENTS: DESK,
    Perm.HANDLE_FOR_UNIT: "admin",
    Perm.VERIFY_INCIDENTS: f"leader {DESK}",
    Perm.VET_WISHES: DESK,
    Perm.CLAIM_WISHES: "volunteer admin",
    Perm.LEAD_GRID: "leader admin",
    Perm.LEAD_COMMUNITY: DESK,
    Perm.LEAD_STREET: "officer far_officer admin",
    Perm.SEE_DIRECTORY: f"{GRID} {DESK}",
    Perm.REVEAL: f"{GRID} {DESK}",
    Perm.IMPORT_DIRECTORY: DESK,
    Perm.ADMIT_HOUSEHOLDS: f"{GRID} {DESK}",
    Perm.MANAGE_POSTS: "secretary admin",
    Perm.SEE_DASHBOARD: f"{DESK} officer far_officer",
    Perm.SEE_POINTS: DESK,
    Perm.MANAGE_POINTS: DESK,
    Perm.OPERATE: "secretary admin",
    Perm.MEDIATE: "admin",
    Perm.LEAD_MEDIATION: "secretary admin",
    Perm.COMMAND_EMERGENCY: f"{DESK} officer far_officer",
    Perm.RUN_SURVEYS: DESK,
    Perm.FILL_SURVEYS: GRID,
    Perm.EXPORT_SURVEYS: "secretary admin",
    Perm.RUN_REDEMPTION: DESK,
    Perm.RUN_FUND: DESK,
    Perm.APPROVE_FUND: DESK,
    Perm.HAND_OUT: "admin",
    Perm.RUN_VOLUNTEERS: DESK,
}

# Who sees matters of our community that lie in the first grid.
OUR_STAFF = "worker leader staff secretary officer admin"
DESK_OF_OURS = "staff secretary admin"
VISITING = "worker leader staff secretary admin"  # who visits households in the first grid
LEADING = "leader staff secretary admin"
OUR_PEOPLE = "owner neighbour volunteer worker other_worker leader staff secretary officer"

OUR_NEIGHBOURS = "neighbour volunteer other_worker staff secretary officer"  # whose community it is
OUR_SHOPPERS = f"{OUR_PEOPLE} admin"  # to whom the catalogue of our community is open
OUR_WALKERS = "worker leader admin"


@dataclass(frozen=True)
class To:
    """``who`` of those that pass the view's rule get ``status``, those in ``also`` theirs, the rest ``others``."""

    status: int
    who: str = " ".join(PEOPLE)
    others: int = 404
    also: dict[int, str] = field(default_factory=dict)

    def answer_to(self, role: str) -> int:
        groups = {self.status: self.who, **self.also}
        return next((status for status, who in groups.items() if role in who.split()), self.others)


NO = To(405)  # the view does not take this method


@dataclass(frozen=True)
class Row:
    """One address: its name, what it is asked for, and what GET and POST answer to whom."""

    name: str
    args: Callable[[Scene], Any] = lambda scene: ()
    get: To = To(200)
    post: To = NO
    query: str = ""
    data: dict[str, Any] = field(default_factory=lambda: {"sent": "1"})
    about: str = ""

    def __str__(self) -> str:
        return f"{self.name}{' ' if self.about else ''}{self.about}"


def of(what: str, *more: Any) -> Callable[[Scene], Any]:
    """Arguments: the number, key or id of an object of the scene, and whatever follows it."""

    def args(scene: Scene) -> Any:
        found = getattr(scene, what)
        return (getattr(found, "number", None) or getattr(found, "key", None) or found.pk, *more)

    return args


def plan_of_duty(scene: Scene) -> Any:
    return [scene.duty.plan_id]


LEADERS_OF_OURS = "leader staff secretary admin"

ROWS = [
    # Everybody's
    Row("home", get=To(200, "anonymous owner neighbour volunteer their_resident", others=302)),
    Row("community_phones"),
    Row("community_phones_of", lambda scene: [scene.ours.community.pk]),
    Row("preferences", get=NO, post=To(302), data={"elder": "22"}),
    Row("offline", post=To(200)),
    Row("manifest"),
    Row("service_worker"),
    Row("gallery", get=To(200, "admin", 403), post=To(200, "admin", 403)),
    Row("gallery_progress", get=To(200, "admin", 403), post=To(200, "admin", 403)),
    Row("access:forgotten", get=To(302)),
    Row("dashboards:healthz"),
    # One's own things
    Row("access:me"),
    Row("access:looks"),
    Row("access:password", get=To(302), post=To(302), about="without a code first"),
    Row("access:leave", get=NO, post=To(404)),
    Row("calendars:mine"),
    Row("calendars:once"),
    Row("calendars:start", get=NO, post=To(302)),
    Row("calendars:renew", get=NO, post=To(302)),
    Row("calendars:stop", get=NO, post=To(302)),
    Row("calendars:feed", lambda scene: [scene.feed.pk, scene.feed.code], about="of whoever gave the address away"),
    Row("calendars:feed", lambda scene: [scene.feed.pk, "a" * 32], get=To(404), about="with a code that is not its own"),
    Row("joining:join"),
    Row("joining:enter", get=NO, post=To(422)),
    Row("joining:ask", query="building={building}", get=To(200, OUR_PEOPLE), post=To(422, OUR_PEOPLE)),
    Row("joining:receipt", of("joining"), get=To(200, "neighbour")),
    Row("points:mine"),
    Row("points:line", of("line"), get=To(200, "volunteer")),
    Row("points:check"),
    Row("points:proof", lambda scene: ["1-1-1-NOSUCHCODE"], get=To(404), about="of a code that was never given out"),
    Row("points:chain"),
    Row("points:published", lambda scene: [scene.ours.community.pk, scene.sealed_on]),
    Row("api:point-accounts"),
    Row("api:point-lines", lambda scene: [scene.line.account_id], get=To(200, "volunteer")),
    Row("dashboards:inbox"),
    Row("dashboards:badge"),
    Row("dashboards:notices"),
    Row("dashboards:read_all", get=NO, post=To(302)),
    Row("dashboards:notice", of("notice"), get=To(302, "owner")),
    # Cases
    Row("cases:page", of("wish"), get=To(200, f"owner {OUR_STAFF}"), about="a wish"),
    Row("cases:page", of("board"), get=To(200, f"{OUR_PEOPLE} admin"), about="a wish on the board"),
    Row("cases:page", of("incident"), get=To(200, f"owner {OUR_STAFF}"), about="an incident"),
    Row("cases:page", of("joining"), get=To(200, f"neighbour {OUR_STAFF}"), about="a request to join"),
    Row("cases:page", lambda scene: ["XY000000-0-0000"], get=To(404), about="no such case"),
    Row("cases:act", of("wish", "decline"), get=To(200, "staff secretary admin", also={302: "owner worker leader officer"}),
        post=To(422, "staff secretary admin", also={302: "owner worker leader officer"})),
    Row("cases:workflow", lambda scene: ["wish"], get=To(200, f"{GRID} {DESK} officer far_officer", 403)),
    Row("cases:photo", of("photo", "full"), get=To(200, f"owner {OUR_STAFF}")),
    Row("cases:photo", of("photo", "thumb"), get=To(200, f"owner {OUR_STAFF}"), about="thumbnail"),
    Row("cases:reveal", of("wish"), get=To(200, "worker leader staff secretary admin"),
        post=To(200, "worker leader staff secretary admin")),
    Row("api:case-list", lambda scene: ["wish"], post=To(400)),
    Row("api:case-list", lambda scene: ["incident"], post=To(400), about="of incidents"),
    Row("api:case-detail", of("wish"), get=To(200, f"owner {OUR_STAFF}"), about="a wish"),
    Row("api:case-detail", of("board"), get=To(200, f"{OUR_PEOPLE} admin"), about="a wish on the board"),
    Row("api:case-detail", of("incident"), get=To(200, f"owner {OUR_STAFF}"), about="an incident"),
    Row("api:case-move", of("wish", "publish"), get=NO,
        post=To(400, "staff secretary admin", also={403: "owner worker leader officer"})),
    # Wishes
    Row("wishes:board"),
    Row("wishes:submit", post=To(422)),
    Row("wishes:mine"),
    Row("wishes:desk"),
    Row("wishes:receipt", of("wish"), get=To(200, "owner")),
    # Grids
    Row("grids:today"),
    Row("grids:patrols"),
    Row("grids:patrol", of("patrol"), get=To(200, OUR_STAFF)),
    Row("grids:patrol-start", of("patrol"), get=NO, post=To(302, OUR_STAFF)),
    Row("grids:patrol-finish", of("patrol"), get=NO, post=To(302, OUR_STAFF)),
    Row("grids:finding", of("patrol"), get=To(302, OUR_STAFF), post=To(302, OUR_STAFF)),
    Row("grids:walk"),
    Row("grids:point", lambda scene: ["abc"], get=To(302)),
    Row("grids:routes", get=To(200, "staff secretary their_staff admin", others=302)),
    Row("grids:route", lambda scene: [scene.ours.grid.pk], get=To(200, "leader staff secretary admin"),
        post=To(422, "leader staff secretary admin")),
    Row("grids:codes", lambda scene: [scene.ours.grid.pk], get=To(200, "leader staff secretary admin")),
    Row("grids:switch-point", lambda scene: [0], get=NO, post=To(404)),
    Row("api:patrol-pack"),
    Row("api:licence-list"),
    Row("api:reserve-list"),
    Row("api:patrol-sync", get=NO, post=To(400), about="of nothing"),
    Row("grids:incidents"),
    Row("cases:replies"),
    Row("cases:reply-new", post=To(422)),
    Row("cases:reply", of("reply"), get=To(200, "staff secretary admin"), post=To(422, "staff secretary admin")),
    Row("grids:report", post=To(422)),
    Row("grids:spots"),
    Row("grids:spot", lambda scene: [0], get=To(404), post=To(404), about="that is not there"),
    Row("grids:map"),
    Row("grids:map-points", query="west=116&south=36&east=117&north=37"),
    Row("grids:map-points", get=To(422), about="without a place"),
    Row("grids:map-houses", query="west=116&south=36&east=117&north=37"),
    Row("grids:similar"),
    Row("grids:suggest-categories"),
    Row("grids:second", of("incident"), get=To(200, f"{OUR_WALKERS} {OUR_NEIGHBOURS}", also={302: "owner"}),
        post=To(302, f"owner neighbour volunteer other_worker {OUR_WALKERS}",
            also={422: "staff secretary officer"})),
    Row("grids:receipt", of("incident"), get=To(200, "owner")),
    Row("grids:mine"),
    Row("grids:my-grid"),
    # Posts, seats, licences and the reserve
    Row("grids:posts"),
    Row("grids:posts-required", post=To(422)),
    Row("grids:seats"),
    Row("grids:seat-offer", post=To(422)),
    Row("grids:reserve"),
    Row("grids:licence-issue", of("post"), get=NO, post=To(302, f"leader {DESK_OF_OURS}")),
    Row("grids:openings"),
    Row("grids:reserve-join", post=To(422, "admin", others=302)),
    Row("grids:reserve-leave", get=NO, post=To(302)),
    Row("grids:licences"),
    Row("grids:licence", lambda scene: [scene.licence.pk], get=To(200, f"volunteer leader {DESK_OF_OURS}")),
    Row("grids:licence-name", lambda scene: [scene.licence.pk], get=NO,
        post=To(302, f"volunteer leader {DESK_OF_OURS}")),
    Row("grids:licence-renew", lambda scene: [scene.licence.pk], get=NO, post=To(302, f"leader {DESK_OF_OURS}")),
    Row("grids:licence-withdraw", lambda scene: [scene.licence.pk], get=To(200, f"leader {DESK_OF_OURS}"),
        post=To(422, f"leader {DESK_OF_OURS}")),
    Row("licence", lambda scene: [scene.licence.key]),
    Row("licence", lambda scene: ["NOSUCHLICENC"], get=To(404), about="that there is not"),
    # Grids and their drawing
    Row("grids:grids"),
    Row("grids:drawings", post=To(422)),
    Row("grids:drawing", of("redraw"), get=To(200, DESK_OF_OURS)),
    Row("grids:drawing-shift", of("redraw"), get=NO, post=To(422, DESK_OF_OURS)),
    Row("grids:drawing-split", of("redraw"), get=NO, post=To(422, DESK_OF_OURS)),
    Row("grids:drawing-merge", of("redraw"), get=NO, post=To(422, DESK_OF_OURS)),
    # Mediation: nobody but the mediator's post and who leads mediation
    Row("cases:page", of("mediation"), get=To(200, "secretary admin"), about="a mediation"),
    Row("api:case-detail", of("mediation"), get=To(200, "secretary admin"), about="a mediation"),
    Row("cases:reveal", of("mediation"), get=To(200, "secretary admin"), post=To(200, "secretary admin"),
        about="of a mediation"),
    Row("mediation:files"),
    Row("mediation:accept", post=To(422)),
    Row("mediation:check", of("agreement_check"), get=To(302)),
    Row("mediation:agreement", of("mediation"), get=To(302), post=To(302), about="before there is one"),
    Row("mediation:sensitive", of("mediation"), get=To(200), post=To(200)),
    # Visits: who knocks at the doors of our first grid; the street sees figures alone
    Row("visits:list"),
    Row("visits:visit", of("visit"), get=To(200, VISITING), post=To(422, VISITING)),
    Row("visits:coverage"),
    Row("visits:tiers"),
    Row("visits:tiers-upload", get=NO, post=To(422)),
    Row("visits:tiers-place", get=NO, post=To(302)),
    Row("visits:building", lambda scene: [scene.ours.building.pk], get=To(200, VISITING)),
    Row("visits:home", lambda scene: [scene.ours.dwelling.pk], get=To(200, VISITING)),
    Row("visits:tier", lambda scene: [scene.ours.dwelling.pk], get=To(200, VISITING), post=To(422, VISITING)),
    Row("visits:end-tier", lambda scene: [scene.ours.dwelling.pk], get=NO, post=To(302, VISITING)),
    Row("visits:drop-in", lambda scene: [scene.ours.dwelling.pk], get=NO, post=To(302, VISITING)),
    Row("visits:reveal", lambda scene: [scene.ours.dwelling.pk], get=To(200, VISITING), post=To(422, VISITING)),
    Row("visits:rounds"),
    Row("visits:announce", lambda scene: [scene.ours.grid.pk], get=To(200, LEADING), post=To(422, LEADING)),
    Row("visits:round", of("round"), get=To(200, VISITING)),
    Row("visits:finish", of("round"), get=NO, post=To(302, LEADING)),
    Row("visits:call-off", of("round"), get=NO, post=To(302, LEADING)),
    Row("visits:staircase", lambda scene: [scene.round.pk, scene.ours.building.pk], get=To(200, VISITING)),
    Row("visits:knock", lambda scene: [scene.round.pk, scene.ours.dwelling.pk], get=To(200, VISITING),
        post=To(422, VISITING)),
    # The hotline
    Row("grids:hotline"),
    Row("grids:hotline-receive", post=To(422)),
    Row("grids:hotline-figures"),
    Row("grids:hotline-clusters"),
    Row("grids:hotline-raise", get=To(404), post=To(404), about="of no cluster"),
    Row("grids:whistles"),
    Row("grids:whistle-inbox"),
    Row("grids:whistle-blow", of("incident"), get=To(200, "staff secretary admin"),
        post=To(422, "staff secretary admin")),
    Row("cases:page", of("whistle"), get=To(200, OUR_STAFF), about="a call on a department"),
    Row("cases:page", of("hotline"), get=To(200, OUR_STAFF), about="a hotline ticket"),
    # Surveys
    Row("surveys:all"),
    Row("surveys:draft", post=To(422)),
    Row("surveys:board", of("survey"), get=To(200, "staff secretary admin", also={302: "worker leader"})),
    Row("surveys:sheets", of("survey"), get=To(200, "worker leader staff secretary admin")),
    Row("surveys:sheet", of("sheet"), get=To(200, "worker leader staff secretary admin")),
    Row("surveys:answer", of("sheet"), get=NO, post=To(404)),
    Row("surveys:people", of("sheet"), get=NO, post=To(302, "worker leader staff secretary admin")),
    Row("surveys:submit", of("sheet"), get=NO, post=To(302, "worker leader staff secretary admin")),
    Row("surveys:review", of("sheet"), get=To(200, "staff secretary admin"), post=To(302, "staff secretary admin")),
    Row("surveys:sensitive", of("sheet"), get=To(200, "staff secretary admin"), post=To(200, "staff secretary admin")),
    Row("surveys:form", of("survey"), get=To(200, "staff secretary admin")),
    Row("surveys:add-section", of("survey"), get=NO, post=To(302, "staff secretary admin")),
    Row("surveys:add-question", of("survey"), get=NO, post=To(302, "staff secretary admin")),
    Row("surveys:section", of("survey", 1), get=To(302, DESK_OF_OURS), post=To(302, DESK_OF_OURS)),
    Row("surveys:question", of("survey", 1), get=To(302, DESK_OF_OURS), post=To(302, DESK_OF_OURS)),
    Row("surveys:order", of("survey"), get=NO, post=To(302, DESK_OF_OURS)),
    Row("surveys:remove", of("survey"), get=NO, post=To(302, "staff secretary admin")),
    Row("surveys:export", of("survey"), get=NO, post=To(200, "secretary admin")),
    Row("cases:page", of("survey"), get=To(200, "worker leader staff secretary admin"), about="a survey"),
    # Emergencies
    Row("emergency:all"),
    Row("emergency:declare", post=To(422)),
    Row("emergency:board", of("emergency"), get=To(200, "officer staff secretary admin")),
    Row("emergency:now", of("emergency"), get=To(200, "officer staff secretary admin")),
    Row("emergency:call", of("call"), get=To(200, "volunteer officer staff secretary admin"),
        post=To(302, "volunteer officer staff secretary admin")),
    Row("emergency:street_declare", post=To(422)),
    Row("emergency:street_board", of("whole"), get=To(200, "officer admin")),
    Row("emergency:street_now", of("whole"), get=To(200, "officer admin")),
    Row("emergency:street_extend", of("whole"), get=To(200, "officer admin"), post=To(422, "officer admin")),
    Row("emergency:street_order", of("whole"), get=NO, post=To(422, "officer admin")),
    Row("emergency:buildings", of("emergency"), get=To(200, OUR_STAFF)),
    Row("emergency:doors", lambda scene: [scene.emergency.number, scene.ours.building.pk], get=To(200, OUR_STAFF)),
    Row("emergency:mark", of("door"), get=NO, post=To(302, OUR_STAFF)),
    Row("cases:page", of("emergency"), get=To(200, f"volunteer {OUR_STAFF}"), about="an emergency"),
    # Duties
    Row("duties:plans"),
    Row("duties:make", post=To(422)),
    Row("duties:preview", get=NO, post=To(200)),
    Row("duties:plan", plan_of_duty, get=To(200, LEADERS_OF_OURS)),
    Row("duties:change", plan_of_duty, get=To(200, LEADERS_OF_OURS), post=To(422, LEADERS_OF_OURS)),
    Row("duties:pause", plan_of_duty, get=To(200, LEADERS_OF_OURS), post=To(422, LEADERS_OF_OURS)),
    Row("duties:resume", plan_of_duty, get=NO, post=To(302, LEADERS_OF_OURS)),
    Row("duties:leaves"),
    Row("duties:leave", post=To(422)),
    Row("duties:leave-end", of("leave"), get=NO, post=To(302, "worker leader staff secretary admin")),
    Row("duties:photo", lambda scene: [scene.photo.key, "full"], get=To(404), about="of a case"),
    Row("duties:duty", of("duty"), get=To(200, OUR_STAFF), post=To(302, OUR_STAFF, also={200: "worker"})),
    Row("duties:start", of("duty"), get=NO, post=To(302, OUR_STAFF)),
    Row("duties:call-off", of("duty"), get=NO, post=To(302, LEADERS_OF_OURS)),
    Row("duties:reassign", of("duty"), get=NO, post=To(302, LEADERS_OF_OURS)),
    # Rosters
    Row("rosters:rosters"),
    Row("rosters:now"),
    Row("rosters:make", post=To(422)),
    Row("rosters:roster", lambda scene: [scene.watch.desk_id], get=To(200, OUR_STAFF)),
    Row("rosters:watch", of("watch"), get=To(200, OUR_STAFF)),
    Row("rosters:offer", of("watch"), get=NO, post=To(302, OUR_STAFF)),
    Row("rosters:fill", of("watch"), get=NO, post=To(302, LEADERS_OF_OURS)),
    Row("rosters:act", of("watch", "remark"), get=NO, post=To(302, OUR_STAFF)),
    Row("rosters:act", of("watch", "miss"), get=NO, post=To(404), about="the clock's move"),
    # “五个一”: who visits there, whoever is to call (the volunteer), and the neighbour who looks in
    Row("care:board"),
    Row("care:calls"),
    Row("care:call", of("care_call"), get=To(200, f"volunteer neighbour {VISITING}"),
        post=To(422, f"volunteer neighbour {VISITING}")),
    Row("care:turn", of("care_turn"), get=To(200, f"neighbour {VISITING}"), post=To(422, f"neighbour {VISITING}")),
    Row("care:begin", of("stranger"), get=To(200, VISITING), post=To(422, VISITING)),
    Row("care:begin", lambda scene: [scene.ours.resident.person_id], get=To(302, VISITING), post=To(302, VISITING),
        about="where there is one"),
    Row("cases:page", of("care"), get=To(200, f"owner {VISITING}"), about="“五个一”"),
    # Posts and household codes
    Row("access:posts"),
    Row("access:appoint", post=To(422)),
    Row("access:end-post", of("post"), get=To(200, "secretary admin"), post=To(200, "secretary admin")),
    Row("access:codes"),
    Row("access:sheet", lambda scene: [scene.ours.building.pk], get=To(200, "worker leader staff secretary admin"),
        post=To(200, "worker leader staff secretary admin")),
    # The import of the directory
    Row("imports:list"),
    Row("imports:upload", post=To(422)),
    Row("imports:template"),
    Row("imports:column_maps"),
    Row("imports:forget_columns", of("columns"), get=NO, post=To(302, "staff secretary admin")),
    Row("imports:run", of("run"), get=To(200, "staff secretary admin")),
    Row("imports:progress", of("run"), get=To(286, "staff secretary admin")),
    Row("imports:columns", of("run"), get=To(302, "staff secretary admin"), post=To(302, "staff secretary admin")),
    Row("imports:apply", of("run"), get=NO, post=To(302, "staff secretary admin")),
    Row("imports:undo", of("run"), get=NO, post=To(302, "staff secretary admin")),
    Row("imports:wrong_rows", of("run"), get=To(404), about="of a workbook without any"),
    # The ledger, the dashboard and its operations
    Row("points:ledger"),
    Row("dashboards:secretary", get=To(200, "staff secretary their_staff far_officer", others=302)),
    Row("dashboards:secretary", query="community={community}", get=To(200, "staff secretary officer admin"),
        about="of our community"),
    Row("dashboards:figures"),
    Row("dashboards:figures", query="community={community}", get=To(200, "staff secretary officer admin"),
        about="of our community"),
    Row("dashboards:street"),
    Row("dashboards:duties"),
    Row("dashboards:wall"),
    Row("dashboards:operations"),
    Row("dashboards:retry_deadline", of("deadline"), get=NO, post=To(302)),
    Row("dashboards:retry_delivery", of("delivery"), get=NO, post=To(302)),
]  # fmt: skip
