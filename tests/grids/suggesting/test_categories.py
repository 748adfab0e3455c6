"""What a telling is about: three chips at most, never forced."""

import pytest

from grids.models import Category, Incident, Keyword, LearntWord
from grids.suggesting.categories import learn, suggested
from grids.suggesting.keywords import plant
from grids.suggesting.words import words_of
from tests.grids.conftest import MONDAY, Report, category
from tests.grids.suggesting.tellings import TELLINGS, UNSEEN
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db


def hits(tellings: list[tuple[str, str, str]]) -> tuple[int, int]:
    """How often the meant category stands first, and among the three offered."""
    first = among = 0
    for text, code, variant in tellings:
        offered = [(row.code, row.variant) for row in suggested(text, None)]
        assert len(offered) <= 3
        first += offered[:1] == [(code, variant)]
        among += (code, variant) in offered
    return first, among


def test_of_sixty_tellings_that_the_words_were_chosen_with_all_but_few_are_known() -> None:
    first, among = hits(TELLINGS)
    assert len(TELLINGS) == 61
    assert first >= 58
    assert among >= 60


def test_of_thirty_tellings_the_words_have_never_seen_three_in_four_are_known() -> None:
    first, among = hits(UNSEEN)
    assert len(UNSEEN) == 30
    assert first >= 18
    assert among >= 22


@pytest.mark.parametrize("text", ["", "  ", "你", "😀😀😀", "？？？", "hello", "\u202e\u202d", "谢谢大家"])
def test_nothing_is_offered_where_nothing_is_told(text: str) -> None:
    assert suggested(text, None) == []


def test_a_very_long_telling_is_read_at_its_beginning() -> None:
    assert suggested("路灯不亮" + "啊" * 10_000, None)[0].code == "01037"
    assert suggested("啊" * 10_000 + "路灯不亮", None) == []


def test_a_category_that_is_not_used_is_not_offered() -> None:
    Category.objects.filter(code="01037").update(active=False)
    assert "01037" not in [row.code for row in suggested("路灯不亮", None)]


def test_the_community_teaches_its_own_words(hood: Hood, report: Report) -> None:
    assert suggested("大黄楼又漏了", hood.community.pk) == []
    for _ in range(6):
        report("L09", description="大黄楼又漏了，晾台湿了一片")
    assert learn(MONDAY) > 0
    assert suggested("大黄楼那边", hood.community.pk)[0].code == "L09"
    assert suggested("大黄楼那边", None) == []


def test_learning_twice_counts_once_and_leaves_out_what_was_void(hood: Hood, report: Report) -> None:
    for _ in range(3):
        report("L09", description="晾台湿了一片").void(by=hood.staff, now=MONDAY, note="重复")
    assert learn(MONDAY) == 0
    for _ in range(3):
        report("L09", description="晾台湿了一片")
    assert learn(MONDAY) == learn(MONDAY) == LearntWord.objects.count()
    assert set(LearntWord.objects.values_list("seen", flat=True)) == {3}


def test_another_communitys_words_stay_there(hood: Hood, report: Report, town: object) -> None:
    for _ in range(6):
        report("L09", description="大黄楼又漏了")
    learn(MONDAY)
    assert suggested("大黄楼", town.theirs.community.pk) == []  # type: ignore[attr-defined]


def test_an_administrators_words_are_kept_and_a_new_category_gets_its_own() -> None:
    lamp = category("01037", "不亮")
    Keyword.objects.filter(category=lamp).exclude(word="路灯").delete()
    Keyword.objects.filter(category__code="L04").delete()
    plant()
    assert [row.word for row in lamp.keywords.all()] == ["路灯"]
    assert Keyword.objects.filter(category__code="L04").count() > 5


def test_every_category_of_the_table_has_words() -> None:
    assert not Category.objects.filter(keywords=None).exists()


def test_words_of_two_characters_and_parts_of_compounds_count() -> None:
    assert {"垃圾", "电动车", "消防通道"} <= set(words_of("电动车和垃圾堵在消防通道上了，请尽快处理一下！"))
    assert "处理" not in words_of("请处理")
    assert words_of("<script>alert('x')</script>") == ["script", "alert"]


def test_an_incident_knows_no_category_by_force(report: Report) -> None:
    assert report("L05", description="路灯不亮").category.code == "L05"
    assert Incident.objects.count() == 1
