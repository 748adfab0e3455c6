"""A form under work is edited and put in order; a condition stays behind its question, and what is published stays put."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.directory.models import Dwelling
from grids.models import Form, Question, Section, Survey
from grids.surveys.board import completeness
from grids.surveys.ordering import drop_question, step_question, step_section
from grids.surveys.progress import shape_of
from tests.grids.surveys.test_surveys import filled, question, signed_in
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_survey

pytestmark = pytest.mark.django_db


def drafted(hood: Hood) -> tuple[Survey, Form]:
    """A published survey's next version, under work."""
    survey = a_survey(hood)
    survey.revise(by=hood.secretary, now=MONDAY)
    form = survey.draft_form()
    assert form is not None
    return survey, form


def order(form: Form) -> list[list[str]]:
    return [[str(part), *map(str, rows)] for part, rows in shape_of(form)]


def asked(form: Form, text: str) -> Question:
    return Question.objects.get(section__form=form, text=text)


class TestOrder:
    def test_up_and_down_and_over_the_edge_of_a_part(self, hood: Hood) -> None:
        _survey, form = drafted(hood)
        step_question(form, asked(form, "慢性病"), "up")
        assert order(form) == [["住房", "几间房"], ["家庭成员", "有工作吗", "慢性病", "工作单位"]]
        step_question(form, asked(form, "几间房"), "down")
        assert order(form) == [["住房"], ["家庭成员", "几间房", "有工作吗", "慢性病", "工作单位"]]
        step_question(form, asked(form, "几间房"), "up")
        step_question(form, asked(form, "几间房"), "up")
        assert order(form)[0] == ["住房", "几间房"], "the first stays the first"

    def test_a_question_is_dropped_before_another_one(self, hood: Hood) -> None:
        _survey, form = drafted(hood)
        ill, part = asked(form, "慢性病"), form.sections.get(title="家庭成员")
        drop_question(form, ill, part, asked(form, "有工作吗"))
        assert order(form)[1] == ["家庭成员", "慢性病", "有工作吗", "工作单位"]
        drop_question(form, ill, form.sections.get(title="住房"), None)
        assert order(form) == [["住房", "几间房", "慢性病"], ["家庭成员", "有工作吗", "工作单位"]]

    def test_what_depends_on_an_answer_stays_behind_it(self, hood: Hood) -> None:
        _survey, form = drafted(hood)
        with pytest.raises(ValidationError, match="“工作单位”取决于“有工作吗”"):
            step_question(form, asked(form, "工作单位"), "up")
        with pytest.raises(ValidationError, match="要排在它后面"):
            drop_question(form, asked(form, "工作单位"), form.sections.get(title="住房"), None)
        assert order(form)[1] == ["家庭成员", "有工作吗", "工作单位", "慢性病"], "nothing moved"

    def test_parts_change_places_with_their_questions(self, hood: Hood) -> None:
        _survey, form = drafted(hood)
        step_section(form, form.sections.get(title="家庭成员"), "up")
        assert [part[0] for part in order(form)] == ["家庭成员", "住房"]
        step_section(form, form.sections.get(title="家庭成员"), "up")
        assert [part[0] for part in order(form)] == ["家庭成员", "住房"]

    def test_the_next_version_keeps_order_and_conditions(self, hood: Hood) -> None:
        survey, form = drafted(hood)
        step_section(form, form.sections.get(title="家庭成员"), "up")
        step_question(form, asked(form, "有工作吗"), "up")
        survey.adopt(by=hood.secretary, now=MONDAY)
        survey.revise(by=hood.secretary, now=MONDAY)
        third = survey.draft_form()
        assert third is not None
        assert order(third) == order(form)
        assert asked(third, "工作单位").shown_if == asked(third, "有工作吗")

    def test_it_costs_the_same_for_few_and_many(self, hood: Hood) -> None:
        _survey, form = drafted(hood)
        part, counts = form.sections.get(title="住房"), []
        for _round in range(2):
            with CaptureQueriesContext(connection) as seen:
                step_question(form, asked(form, "几间房"), "down")
            step_question(form, asked(form, "几间房"), "up")
            counts.append(len(seen))
            Question.objects.bulk_create(
                Question(section=part, position=nth, text=f"第{nth}题", kind="text") for nth in range(2, 30)
            )
        assert counts[0] == counts[1]


class TestCompleteness:
    def test_homes_people_and_items_are_counted_right_after_the_order_changed(self, hood: Hood) -> None:
        """One home by the first version, one by the second: another order, another question, one question less."""
        Dwelling.objects.create(building=hood.building, unit="1单元", room="302")
        survey = a_survey(hood, review_percent=0)
        filled(hood, survey).submit(by=hood.worker, now=MONDAY)
        survey.revise(by=hood.secretary, now=MONDAY)
        form = survey.draft_form()
        assert form is not None
        step_section(form, form.sections.get(title="家庭成员"), "up")
        step_question(form, asked(form, "慢性病"), "up")
        asked(form, "工作单位").delete()
        survey.adopt(by=hood.secretary, now=MONDAY)
        home = survey.sheets.get(form=form)
        person = home.add_member("李建国", by=hood.worker)
        home.put(asked(form, "有工作吗"), person, "有", by=hood.worker, now=MONDAY)
        found = completeness(survey)
        assert (found["total"]["required"], found["total"]["answered"]) == (3 + 2, 3 + 1)
        assert (found["total"]["expected"], found["total"]["done"], found["households"]) == (2, 2, 50)
        assert {row["question__text"]: (row["answered"], row["expected"]) for row in found["questions"]} == {
            "几间房": (0, 1), "有工作吗": (1, 1), "工作单位": (1, 1),
        }  # fmt: skip


class TestPages:
    def test_the_buttons_move_and_htmx_gets_the_page_as_it_is(self, hood: Hood) -> None:
        survey, form = drafted(hood)
        client, address = signed_in(hood.secretary), reverse("surveys:order", args=[survey.number])
        data = {"question": asked(form, "慢性病").pk, "way": "up"}
        part = client.post(address, data, headers={"HX-Request": "true"}).content.decode()
        page = client.get(reverse("surveys:form", args=[survey.number])).content.decode()
        assert part.index("慢性病") < part.index("工作单位")
        assert [line for line in part.splitlines() if "<b>" in line] == [
            line for line in page.splitlines() if "<b>" in line and 'data-question="' in line
        ]
        assert client.post(address, {"section": form.sections.get(title="住房").pk, "way": "down"}).status_code == 302
        assert [row[0] for row in order(form)] == ["家庭成员", "住房"]

    def test_a_refused_move_says_why(self, hood: Hood) -> None:
        survey, form = drafted(hood)
        client, address = signed_in(hood.secretary), reverse("surveys:order", args=[survey.number])
        works, part = asked(form, "有工作吗"), form.sections.get(title="家庭成员")
        data = {"question": works.pk, "section": part.pk, "before": ""}
        answer = client.post(address, data, headers={"HX-Request": "true"}).content.decode()
        assert "“工作单位”取决于“有工作吗”的答案，要排在它后面。" in answer
        assert order(form)[1][1] == "有工作吗"

    @pytest.mark.parametrize("data", [{}, {"question": "x"}, {"question": "1", "section": "9" * 30}, {"way": "up"}])
    def test_nonsense_moves_nothing(self, hood: Hood, data: dict[str, str]) -> None:
        survey, form = drafted(hood)
        before = order(form)
        assert signed_in(hood.secretary).post(reverse("surveys:order", args=[survey.number]), data).status_code == 302
        assert order(form) == before

    def test_another_surveys_question_is_not_there(self, town: Town) -> None:
        (ours, _form), (_theirs, form) = drafted(town.ours), drafted(town.theirs)
        client = signed_in(town.ours.secretary)
        address = reverse("surveys:question", args=[ours.number, asked(form, "几间房").pk])
        assert client.get(address).status_code == 404

    def test_a_question_is_edited(self, hood: Hood) -> None:
        survey, form = drafted(hood)
        rooms = asked(form, "几间房")
        client, address = signed_in(hood.secretary), reverse("surveys:question", args=[survey.number, rooms.pk])
        page = client.get(address).content.decode()
        assert 'value="几间房"' in page
        data = {
            "section": rooms.section_id,
            "text": "几间卧室",
            "kind": "number",
            "required": "on",
            "low": "0",
            "high": "9",
        }
        refused = client.post(address, data | {"low": "12"})
        assert (refused.status_code, "最大值不能小于最小值" in refused.content.decode()) == (422, True)
        assert client.post(address, data).status_code == 302
        rooms.refresh_from_db()
        assert (rooms.text, rooms.low, rooms.high, rooms.position) == ("几间卧室", 0, 9, 1)

    def test_an_option_that_another_question_waits_for_stays(self, hood: Hood) -> None:
        survey, form = drafted(hood)
        works = asked(form, "有工作吗")
        client, address = signed_in(hood.secretary), reverse("surveys:question", args=[survey.number, works.pk])
        data = {
            "section": works.section_id,
            "text": "在上班吗",
            "kind": "choice",
            "choices": "在\n不在",
            "required": "on",
        }
        assert "“工作单位”要看这里答“有”没有" in client.post(address, data).content.decode()
        client.post(reverse("surveys:remove", args=[survey.number]), {"question": works.pk})
        assert Question.objects.filter(pk=works.pk, text="有工作吗").exists()
        assert client.post(address, data | {"choices": "有\n没有\n打零工"}).status_code == 302

    def test_a_condition_must_look_back(self, hood: Hood) -> None:
        survey, form = drafted(hood)
        rooms, works = asked(form, "几间房"), asked(form, "有工作吗")
        data = {
            "section": rooms.section_id, "text": "几间房", "kind": "number", "shown_if": works.pk, "shown_value": "有",
        }  # fmt: skip
        answer = signed_in(hood.secretary).post(reverse("surveys:question", args=[survey.number, rooms.pk]), data)
        assert (answer.status_code, "要排在它后面" in answer.content.decode()) == (422, True)

    def test_a_part_is_renamed_and_asked_otherwise(self, hood: Hood) -> None:
        survey, form = drafted(hood)
        home, client = form.sections.get(title="住房"), signed_in(hood.secretary)
        address = reverse("surveys:section", args=[survey.number, home.pk])
        assert client.post(address, {"title": "房屋", "per": "household"}).status_code == 302
        assert Section.objects.get(pk=home.pk).title == "房屋"

    def test_after_the_start_all_of_it_is_locked_and_the_page_says_why(self, hood: Hood) -> None:
        survey = a_survey(hood)
        rooms = question(survey, "几间房")
        client: Client = signed_in(hood.secretary)
        page = client.get(reverse("surveys:form", args=[survey.number])).content.decode()
        assert "前后的答案就对不上了" in page
        assert "data-question" not in page
        assert "上移" not in page
        addresses = {
            reverse("surveys:question", args=[survey.number, rooms.pk]): {"text": "改了"},
            reverse("surveys:section", args=[survey.number, rooms.section_id]): {"title": "改了", "per": "household"},
            reverse("surveys:order", args=[survey.number]): {"question": rooms.pk, "way": "down"},
        }
        for address, data in addresses.items():
            answer = client.post(address, data, follow=True)
            assert "已经发布，不能再改" in answer.content.decode()
        rooms.refresh_from_db()
        assert (rooms.text, rooms.section.title, rooms.position) == ("几间房", "住房", 1)
