"""Who stands where in the access matrix, and the objects they try to reach (all of “ours” unless said otherwise)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from community.access.models import Post, Role
from community.calendars.models import Feed
from community.cases.models import ReplyTemplate
from community.core.models import Attachment
from community.core.photos import CleanPhoto
from community.directory.models import Person, User
from community.duties.models import Duty, Leave
from community.imports.models import ColumnMap, ImportRun
from community.notices.models import Delivery, Notice
from community.timers.models import Deadline
from grids.models import (
    AgreementCheck,
    Call,
    CareCall,
    CarePlan,
    CareTurn,
    DoorCheck,
    Emergency,
    HotlineTicket,
    Incident,
    JoinRequest,
    Licence,
    Mediation,
    Patrol,
    Redraw,
    Round,
    Seat,
    Sheet,
    StreetEmergency,
    Survey,
    Tiering,
    Visit,
    Watch,
    WhistleCall,
)
from points import ledger, sealing
from points.models import (
    Activity,
    Appeal,
    Award,
    BankLine,
    Certificate,
    Challenge,
    Correction,
    Division,
    Donation,
    Fair,
    Grant,
    Handover,
    Line,
    MatchRule,
    MonthClosing,
    Pledge,
    PrizeDraw,
    Redemption,
    RuleSet,
    Settlement,
    Spending,
    Story,
    Team,
    Window,
    issuance,
    member,
)
from tests.division_specimens import a_division, a_grant
from tests.fund_specimens import a_closing, a_donation, a_fair, a_gift, a_spending
from tests.neighbourhood import Hood, Town, account, build_town
from tests.specimens import (
    MONDAY,
    a_call,
    a_care,
    a_care_call,
    a_care_turn,
    a_challenge,
    a_draw,
    a_duty,
    a_handover,
    a_joining,
    a_mediation,
    a_patrol,
    a_redemption,
    a_redraw,
    a_round,
    a_ruleset,
    a_street_emergency,
    a_survey,
    a_ticket,
    a_tiering,
    a_visit,
    a_watch,
    a_wish,
    an_agreement_check,
    an_appeal,
    an_award,
    an_emergency,
    an_incident,
    mediator,
)
from tests.volunteer_specimens import a_busy_activity, a_team, an_hours_correction
from wishes.models import Wish

PHOTO = CleanPhoto(full=b"full", thumbnail=b"thumb", width=4, height=3, sha256="0" * 64)


@dataclass
class Scene:
    town: Town
    people: dict[str, User | None]
    wish: Wish
    board: Wish
    incident: Incident
    hotline: HotlineTicket
    whistle: WhistleCall
    joining: JoinRequest
    patrol: Patrol
    reply: ReplyTemplate
    walk: Patrol
    photo: Attachment
    notice: Notice
    post: Post
    run: ImportRun
    columns: ColumnMap
    deadline: Deadline
    delivery: Delivery
    duty: Duty
    watch: Watch
    leave: Leave
    mediation: Mediation
    agreement_check: AgreementCheck
    mediator: User
    redraw: Redraw
    seat: Seat
    licence: Licence
    visit: Visit
    round: Round
    tiering: Tiering
    survey: Survey
    sheet: Sheet
    emergency: Emergency
    whole: StreetEmergency
    call: Call
    door: DoorCheck
    care: CarePlan
    care_call: CareCall
    care_turn: CareTurn
    stranger: Person
    line: Line
    sealed_on: date
    award: Award
    handover: Handover
    grant: Grant
    division: Division
    appeal: Appeal
    ruleset: RuleSet
    challenge: Challenge
    pledge: Pledge
    story: Story
    certificate: Certificate
    redemption: Redemption
    draw: PrizeDraw
    settlement: Settlement
    donation: Donation
    gift: Donation
    spending: Spending
    fair: Fair
    match_rule: MatchRule
    bank_line: BankLine
    month_closing: MonthClosing
    team: Team
    volunteering: Activity
    hours_correction: Correction
    feed: Feed

    @property
    def ours(self) -> Hood:
        return self.town.ours


def build_scene() -> Scene:
    town = build_town()
    ours = town.ours
    wish = a_wish(ours, photos=[PHOTO])
    board = a_wish(ours, by=ours.party_member)
    board.publish(by=ours.staff, now=MONDAY, board_text="想学用手机")
    walk = a_patrol(town.theirs)
    walk.start(by=town.theirs.worker, now=MONDAY)
    held = Post.begin(
        user=ours.volunteer, role=Role.objects.get(code="lane_steward"), scope=ours.grid, by=None,
        begins_on=MONDAY.date(), ends_on=date(2100, 1, 1),
    )  # fmt: skip
    deadline = Deadline.objects.filter(case=wish, rung="due").get()
    Deadline.objects.filter(pk=deadline.pk).update(failed_at=MONDAY, error="broken")
    notice = Notice.objects.create(
        recipient=ours.resident,
        code="wish.published",
        params={"number": "1", "title": "好"},
        case=wish,
        created_at=MONDAY,
    )
    delivery = Delivery.objects.create(
        notice=notice, channel="sms", address="1", not_before=MONDAY, failed_at=MONDAY + timedelta(hours=1)
    )
    emergency, survey, redemption = an_emergency(ours), a_survey(ours), a_redemption(ours)
    Window.objects.update(collect_until=datetime(2999, 1, 1, tzinfo=UTC))
    Call.objects.create(emergency=emergency, user=ours.volunteer, group="volunteer", called_at=MONDAY)
    return Scene(
        town=town, people=people_of(town), wish=wish, board=board, incident=an_incident(ours),
        hotline=a_ticket(ours), whistle=a_call(ours), joining=a_joining(ours),
        patrol=a_patrol(ours), reply=a_reply(ours), walk=walk, photo=wish.attachments.get(), notice=notice,
        post=ours.worker.posts.get(), run=a_run(ours), columns=some_columns(ours), deadline=deadline, delivery=delivery,
        duty=a_duty(ours), watch=a_watch(ours), leave=a_leave(ours),
        mediation=a_mediation(ours), agreement_check=an_agreement_check(ours), mediator=mediator(ours),
        redraw=a_redraw(ours), seat=Seat.find_expiring(held, now=MONDAY), licence=Licence.issue(held, by=None),
        # Before the visit, whose household it would take into another tier.
        tiering=a_tiering(ours),
        visit=a_visit(ours), round=a_round(ours), care=a_care(ours), care_call=a_care_call(ours),
        care_turn=a_care_turn(ours),
        stranger=Person.objects.create(community=ours.community, name="李奶奶", dwelling=ours.dwelling),
        redemption=redemption, draw=a_draw(ours),
        settlement=Settlement.objects.create(window=redemption.window, partner=ours.unit, drawn_up_at=MONDAY),
        donation=a_donation(ours), gift=a_gift(ours, 100, donor=ours.volunteer), spending=a_spending(ours),
        fair=a_fair(ours), match_rule=a_match_rule(ours), month_closing=a_closing(ours),
        bank_line=BankLine.objects.create(community=ours.community, day=MONDAY.date(), amount=5, imported_at=MONDAY),
        survey=survey, sheet=survey.sheets.get(), emergency=emergency, whole=a_street_emergency(town),
        award=an_award(ours), handover=a_handover(ours), division=a_division(ours), grant=a_grant(ours),
        appeal=an_appeal(ours), ruleset=a_planned_ruleset(ours),
        challenge=a_challenge(ours), pledge=a_pledge(ours), story=a_story(ours), certificate=a_certificate(ours),
        team=a_team(ours), volunteering=a_busy_activity(ours, now=timezone.now()),
        hours_correction=an_hours_correction(ours), feed=Feed.start(by=ours.volunteer, now=MONDAY),
        call=emergency.calls.get(user=ours.volunteer), door=emergency.doors.get(),
        line=a_sealed_line(ours), sealed_on=MONDAY.date(),
    )  # fmt: skip


def people_of(town: Town) -> "dict[str, User | None]":
    ours, theirs, far = town.ours, town.theirs, town.far
    own = {name: ours.people[name] for name in ("neighbour", "volunteer", "worker", "other_worker", "leader", "staff")}
    return {
        "anonymous": None,
        "owner": ours.resident,
        **own,
        "secretary": ours.secretary,
        "officer": town.officer,
        "their_resident": theirs.resident,
        "their_worker": theirs.worker,
        "their_staff": theirs.staff,
        "far_officer": account(far.community, "street_officer", far.community.street),
        "admin": town.admin,
    }


def a_sealed_line(hood: Hood) -> Line:
    """The volunteer's, of an award."""
    entries = [(issuance(hood.community.pk), -10), (member(hood.volunteer, hood.community.pk), 10)]
    posting = ledger.post(entries, key="scene", source=ledger.Source("评优"), now=MONDAY)
    sealing.seal_due(MONDAY, below=sealing.END_OF_NUMBERS)
    return posting.lines.get(account__owner=hood.volunteer)


def a_run(hood: Hood) -> ImportRun:
    """An import that has been checked and waits for the word to go."""
    return ImportRun.objects.create(
        community=hood.community, filename="底册.xlsx", size=4, sha256="0" * 64, status=ImportRun.Status.CHECKED,
        received_by=hood.staff, received_at=MONDAY, checked_at=MONDAY,
    )  # fmt: skip


def some_columns(hood: Hood) -> ColumnMap:
    """What was said of a source's columns."""
    return ColumnMap.remember(
        community_id=hood.community.pk, profile="hotline", signature="0" * 64, source="市平台",
        columns={"单号": "ticket_number"}, by=hood.staff, now=MONDAY,
    )  # fmt: skip


def a_planned_ruleset(hood: Hood) -> RuleSet:
    """With the far day that its moves presuppose."""
    made = a_ruleset(hood)
    RuleSet.objects.filter(pk=made.pk).update(effective_on=date(2999, 1, 1))
    return made


def a_pledge(hood: Hood) -> Pledge:
    """The volunteer's, shown."""
    card = Pledge.write(by=hood.volunteer, community=hood.community, words="每月一次", name_as="family", now=MONDAY)
    card.show(by=hood.volunteer, now=MONDAY)
    return card


def a_story(hood: Hood) -> Story:
    """About the volunteer, who has not said yes."""
    return Story.write(
        by=hood.staff, community=hood.community, about=hood.volunteer, title="修灯", words="……", now=MONDAY
    )


def a_certificate(hood: Hood) -> Certificate:
    """The volunteer's, of one hour."""
    return Certificate.objects.create(
        user=hood.volunteer, community=hood.community, number="FW1", key="ACDEFGHJKMNP", name="志愿者", minutes=60,
        issued_at=MONDAY,
    )  # fmt: skip


def a_match_rule(hood: Hood) -> MatchRule:
    return MatchRule.lay_down(
        by=hood.staff, community=hood.community, name="一比一", percent=100, income=["donation"], cap=100,
        begins_on=date(2999, 1, 1),
    )  # fmt: skip


def a_leave(hood: Hood) -> Leave:
    """The worker's own, still to come."""
    day = MONDAY.date() + timedelta(days=3650)
    return Leave.objects.create(
        user=hood.worker, community=hood.community, grid=hood.grid, begins_on=day, ends_on=day, entered_by=hood.worker,
        entered_at=MONDAY,
    )  # fmt: skip


def a_reply(hood: Hood) -> ReplyTemplate:
    return ReplyTemplate.objects.create(
        community=hood.community, kind="incident", verb="resolve", title="已处理", text="{地点}已处理。"
    )
