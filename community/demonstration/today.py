"""A few fresh matters on top of the history, so that every role finds something to do at once."""

from datetime import datetime, timedelta

from community.access.models import Reveal
from community.core.models import Case
from community.demonstration.duties import stage_duties, stage_grid_desk
from community.demonstration.handling import stage_handling, write_replies
from community.demonstration.people import Cast
from community.demonstration.photos import photo
from community.directory.models import User
from community.timers.sweep import sweep
from grids.models import Category, Incident
from wishes.models import Wish


def stage_today(cast: Cast, now: datetime) -> None:
    """An urgent wish to vet, one to claim, one to confirm, one just claimed, and two incidents, one of them missed."""
    place = cast.places[0]
    resident, volunteer = place.residents[0], User.objects.get(username="volunteer")
    home = resident.person.dwelling if resident.person else None

    def wish(text: str, hours: float, **more: object) -> Wish:
        return Wish.submit(
            by=resident, community=place.community, now=now - timedelta(hours=hours), title=text, description=text,
            dwelling=home, contact_phone=resident.phone or "", **more,  # type: ignore[arg-type]
        )  # fmt: skip

    wish("老伴的降压药吃完了，想请人帮忙取一次药", 0.5, urgency=Case.Urgency.URGENT)
    wish("想学会用手机跟孙女视频", 20).publish(
        by=place.staff, now=now - timedelta(hours=18), board_text="想学会用手机视频通话"
    )
    held = wish("厨房水龙头滴水，想请人看看", 50)
    held.publish(by=place.staff, now=now - timedelta(hours=48), board_text="厨房水龙头滴水，想请人看看")
    held.claim(by=volunteer, now=now - timedelta(hours=30))
    done = wish("想要一床厚被子过冬", 80)
    done.publish(by=place.staff, now=now - timedelta(hours=78), board_text="想要一床厚被子过冬")
    done.claim(by=volunteer, now=now - timedelta(hours=60))
    done.fulfil(by=volunteer, now=now - timedelta(hours=5), note="被子已送到家。", photos=[photo(3)])
    Reveal.record(
        by=place.staff, fact=Reveal.Fact.CONTACT, reason="打电话约送被子的时间", community_id=place.community.pk,
        account=resident, person=resident.person, case_id=done.pk,
    )  # fmt: skip

    if home is not None:
        for code, words, hours in (
            ("06036", "楼道里堆了旧家具，晚上看不清路。", 0.4),
            ("06010", "楼后垃圾两天没清。", 26),
        ):
            Incident.report(
                by=resident, now=now - timedelta(hours=hours), community=place.community, building=home.building,
                category=Category.objects.get(code=code, variant=""), description=words, photos=[photo(1)],
            )  # fmt: skip
        stage_handling(place, resident, home.building, now)
    stage_duties(place, now)
    write_replies(cast.places[1])
    stage_grid_desk(cast.places[1], now)
    sweep(now, most=100_000)
