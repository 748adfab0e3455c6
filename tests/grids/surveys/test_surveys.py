"""A survey: drawn again with its seed, filled in item by item, sent back and put right, and never counted by scanning."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from community.access.models import Reveal
from community.core.workflow import NotNow
from community.directory.models import Dwelling, User
from grids.models import Answer, Question, Section, Sheet, Survey, Tally
from grids.surveys.board import completeness
from grids.surveys.drawing_lots import is_drawn, sample
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_survey

pytestmark = pytest.mark.django_db
S = Sheet.Stage


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def question(survey: Survey, text: str) -> Question:
    return Question.objects.get(section__form__survey=survey, text=text)


def filled(hood: Hood, survey: Survey) -> Sheet:
    """A household of one, filled in completely and not yet handed in."""
    sheet, by = survey.sheets.order_by("pk")[0], hood.worker
    sheet.expect(1, by=by)
    person = sheet.add_member("张秀兰", by=by)
    sheet.put(question(survey, "几间房"), None, "3", by=by, now=MONDAY)
    sheet.put(question(survey, "有工作吗"), person, "有", by=by, now=MONDAY)
    sheet.put(question(survey, "工作单位"), person, "=1+1", by=by, now=MONDAY)
    sheet.put(question(survey, "慢性病"), person, "高血压", by=by, now=MONDAY)
    return sheet


class TestSample:
    def test_the_same_seed_draws_the_same_homes(self) -> None:
        drawn = sample("seed", range(1, 5001), 10)
        assert len(drawn) == 50
        assert drawn == sample("seed", reversed(range(1, 5001)), 10)
        assert drawn != sample("another", range(1, 5001), 10)

    def test_every_home_is_as_likely_as_another(self) -> None:
        drawn = [key for nth in range(200) for key in sample(f"seed{nth}", range(100), 100)]
        assert len(drawn) == 2000
        low = sum(1 for key in drawn if key < 50)
        assert 850 < low < 1150

    def test_it_can_be_drawn_again_after_the_register_has_grown(self, hood: Hood) -> None:
        Dwelling.objects.bulk_create(Dwelling(building=hood.building, unit="2单元", room=str(n)) for n in range(300))
        survey = a_survey(hood, permille=10)
        assert (survey.frame_size, survey.drawn) == (301, 4)
        Dwelling.objects.create(building=hood.building, unit="3单元", room="1")
        survey = Survey.objects.get(pk=survey.pk)
        assert survey.draw() == sorted(survey.sheets.values_list("dwelling", flat=True))

    def test_a_tenth_is_looked_at_again(self) -> None:
        assert 70 < sum(1 for key in range(1000) if is_drawn("seed", key, 10)) < 130
        assert not any(is_drawn("seed", key, 0) for key in range(100))
        assert all(is_drawn("seed", key, 100) for key in range(100))


class TestForm:
    def test_a_published_form_is_frozen_by_the_database(self, hood: Hood) -> None:
        survey = a_survey(hood)
        changes: list[Any] = [
            lambda: Question.objects.filter(section__form__survey=survey).update(text="改了"),
            lambda: Section.objects.create(form=survey.forms.get(), title="加的"),
            lambda: survey.forms.update(published_at=None),
        ]
        for change in changes:
            with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
                change()

    def test_a_new_version_is_for_homes_not_yet_begun(self, hood: Hood) -> None:
        Dwelling.objects.create(building=hood.building, unit="1单元", room="302")
        survey = a_survey(hood)
        begun = filled(hood, survey)
        survey.revise(by=hood.secretary, now=MONDAY)
        form = survey.draft_form()
        assert form is not None
        assert list(Question.objects.filter(section__form=form).values_list("text", flat=True)) == [
            "几间房", "有工作吗", "工作单位", "慢性病",
        ]  # fmt: skip
        copied = Question.objects.get(section__form=form, text="工作单位")
        assert copied.shown_if == Question.objects.get(section__form=form, text="有工作吗")
        survey.adopt(by=hood.secretary, now=MONDAY)
        assert sorted(survey.sheets.values_list("form__number", flat=True)) == [1, 2]
        begun.refresh_from_db()
        assert begun.form.number == 1

    def test_without_questions_nothing_is_published(self, hood: Hood) -> None:
        survey = Survey.draft(by=hood.secretary, community=hood.community, title="空的")
        with pytest.raises(ValidationError, match="还没有问题"):
            survey.publish(by=hood.secretary)


class TestFilling:
    @pytest.mark.parametrize(
        ("raw", "words"), [("0", "不能小于 1"), ("21", "不能大于 20"), ("三", "请填数字"), ("NaN", "请填数字")]
    )
    def test_a_wrong_number_is_explained(self, hood: Hood, raw: str, words: str) -> None:
        survey = a_survey(hood)
        with pytest.raises(ValidationError, match=words):
            survey.sheets.get().put(question(survey, "几间房"), None, raw, by=hood.worker, now=MONDAY)

    def test_people_and_items_are_all_asked_for(self, hood: Hood) -> None:
        survey = a_survey(hood)
        sheet, by = survey.sheets.get(), hood.worker
        assert "本户人数" in sheet.missing()
        sheet.expect(2, by=by)
        assert "2 人没有登记" in sheet.missing()
        first = sheet.add_member("张秀兰", by=by)
        sheet.add_member("李建国", by=by)
        assert (sheet.required, sheet.answered) == (3, 0)
        sheet.put(question(survey, "有工作吗"), first, "有", by=by, now=MONDAY)
        assert (sheet.required, sheet.answered) == (4, 1), "whoever works is asked where"
        sheet.put(question(survey, "有工作吗"), first, "没有", by=by, now=MONDAY)
        assert (sheet.required, sheet.answered, sheet.people_done) == (3, 1, 1)
        with pytest.raises(ValidationError, match="2 项没有填"):
            sheet.submit(by=by, now=MONDAY)

    def test_the_kept_counts_equal_a_recount_of_the_answers(self, hood: Hood) -> None:
        survey = a_survey(hood)
        sheet = filled(hood, survey)
        sheet.put(question(survey, "几间房"), None, "", by=hood.worker, now=MONDAY)
        required = Question.objects.filter(section__form__survey=survey, required=True)
        answered = Answer.objects.filter(sheet=sheet, question__in=required).count()
        totals = Tally.objects.filter(survey=survey).aggregate(expected=Sum("expected"), answered=Sum("answered"))
        assert totals == {"expected": 3, "answered": answered}
        assert (sheet.required, sheet.answered) == (3, answered) == (3, 2)

    def test_an_item_of_another_sheet_is_not_there(self, town: Town) -> None:
        ours, theirs = a_survey(town.ours), a_survey(town.theirs)
        client = signed_in(town.ours.worker)
        address = reverse("surveys:answer", args=[ours.sheets.get().pk])
        for data in ({"question": question(theirs, "几间房").pk, "value": "3"}, {"question": "x"}, {}):
            assert client.post(address, data).status_code == 404
        person = theirs.sheets.get().add_member("别家人", by=town.theirs.worker)
        data = {"question": question(ours, "有工作吗").pk, "member": person.pk, "value": "有"}
        assert client.post(address, data).status_code == 404

    def test_every_answer_is_kept_as_it_is_given_and_found_again(self, hood: Hood) -> None:
        survey = a_survey(hood)
        sheet, client = survey.sheets.get(), signed_in(hood.worker)
        address = reverse("surveys:answer", args=[sheet.pk])
        data = {"question": question(survey, "几间房").pk, "value": "3"}
        part = client.post(address, data, headers={"HX-Request": "true"}).content.decode()
        assert "已保存" in part
        assert 'id="sheet-progress"' in part
        wrong = client.post(address, data | {"value": "99"}, headers={"HX-Request": "true"}).content.decode()
        assert "不能大于 20" in wrong
        assert 'value="99"' in wrong
        page = client.get(reverse("surveys:sheet", args=[sheet.pk])).content.decode()
        assert 'value="3"' in page

    def test_the_other_grids_worker_sees_none_of_it(self, hood: Hood) -> None:
        survey = a_survey(hood)
        client = signed_in(hood.other_worker)
        assert client.get(reverse("surveys:sheet", args=[survey.sheets.get().pk])).status_code == 404
        assert client.get(reverse("surveys:board", args=[survey.number])).status_code == 404


class TestReview:
    def test_the_loop_of_corrections(self, hood: Hood) -> None:
        survey = a_survey(hood, review_percent=100)
        sheet = filled(hood, survey)
        sheet.submit(by=hood.worker, now=MONDAY)
        assert sheet.stage == S.SUBMITTED
        with pytest.raises(NotNow):
            sheet.put(question(survey, "几间房"), None, "4", by=hood.worker, now=MONDAY)
        rooms = question(survey, "几间房")
        sheet.send_back([(rooms.pk, None)], reason="与登记不符", by=hood.staff, now=MONDAY)
        with pytest.raises(ValidationError, match="没有更正"):
            sheet.submit(by=hood.worker, now=MONDAY)
        sheet.put(rooms, None, "4", by=hood.worker, now=MONDAY + timedelta(hours=1))
        sheet.submit(by=hood.worker, now=MONDAY + timedelta(hours=1))
        assert sheet.stage == S.SUBMITTED
        sheet.accept(by=hood.staff, now=MONDAY + timedelta(hours=2))
        assert sheet.stage == S.ACCEPTED
        assert sheet.corrections.get().fixed_at == MONDAY + timedelta(hours=1)

    def test_what_was_not_drawn_is_accepted_at_once(self, hood: Hood) -> None:
        sheet = filled(hood, a_survey(hood, review_percent=0))
        sheet.submit(by=hood.worker, now=MONDAY)
        assert sheet.stage == S.ACCEPTED

    def test_sensitive_answers_are_hidden_and_shown_with_a_reason(self, hood: Hood) -> None:
        sheet = filled(hood, a_survey(hood, review_percent=100))
        sheet.submit(by=hood.worker, now=MONDAY)
        client = signed_in(hood.staff)
        assert "高血压" not in client.get(reverse("surveys:review", args=[sheet.pk])).content.decode()
        assert "高血压" not in client.get(reverse("surveys:sheet", args=[sheet.pk])).content.decode()
        address = reverse("surveys:sensitive", args=[sheet.pk])
        assert "高血压" in client.post(address, {"reason": "核对随访名单"}).content.decode()
        assert Reveal.objects.get().reason == "核对随访名单"

    def test_the_page_sends_back_what_is_ticked(self, hood: Hood) -> None:
        survey = a_survey(hood, review_percent=100)
        sheet, client = filled(hood, survey), signed_in(hood.staff)
        sheet.submit(by=hood.worker, now=MONDAY)
        address = reverse("surveys:review", args=[sheet.pk])
        client.post(address, {"act": "return", "reason": "没有选项"})
        assert not sheet.corrections.exists()
        client.post(address, {"act": "return", "item": f"{question(survey, '几间房').pk}-0", "reason": "请再数一遍"})
        assert sheet.corrections.get().reason == "请再数一遍"


class TestWorkbook:
    def test_it_is_permitted_logged_masked_and_without_formulas(self, hood: Hood) -> None:
        survey = a_survey(hood, review_percent=0)
        filled(hood, survey).submit(by=hood.worker, now=MONDAY)
        address = reverse("surveys:export", args=[survey.number])
        assert signed_in(hood.staff).post(address).status_code == 403
        book = load_workbook(BytesIO(signed_in(hood.secretary).post(address).content))
        homes, people = book.worksheets
        assert [cell.value for cell in homes[2]][2:] == ["已通过", 1, 3]
        row = people[2]
        assert [cell.value for cell in row][2:] == [1, "张**", "有", "=1+1", "●●●"]
        assert row[5].data_type == "s"
        assert Reveal.objects.get().seen_by == hood.secretary


class TestBoard:
    def test_it_says_how_complete_everything_is(self, hood: Hood) -> None:
        Dwelling.objects.create(building=hood.building, unit="1单元", room="302")
        survey = a_survey(hood, review_percent=0)
        filled(hood, survey).submit(by=hood.worker, now=MONDAY)
        found = completeness(survey)
        assert (found["finished"], found["total"]["sheets"], found["households"]) == (1, 2, 50)
        assert (found["persons"], found["items"]) == (100, 100)
        assert found["grids"][0]["todo"] == 1

    def test_it_costs_the_same_for_few_and_many(self, hood: Hood) -> None:
        client, counts = signed_in(hood.secretary), []
        for homes in (1, 60):
            Dwelling.objects.bulk_create(
                Dwelling(building=hood.building, unit=f"{homes}单元", room=str(n)) for n in range(homes)
            )
            survey = a_survey(hood)
            for sheet in survey.sheets.all()[:10]:
                sheet.add_member("某人", by=hood.worker)
            client.get(reverse("surveys:board", args=[survey.number]))
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse("surveys:board", args=[survey.number])).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1]
        assert counts[0] <= 16


class TestBuilder:
    def test_a_form_is_built_and_published_on_its_pages(self, hood: Hood) -> None:
        client = signed_in(hood.secretary)
        data = {"community": hood.community.pk, "title": "安全用气调查", "permille": "1000", "review_percent": "10"}
        client.post(reverse("surveys:draft"), data)
        survey = Survey.objects.get()
        client.post(reverse("surveys:add-section", args=[survey.number]), {"title": "燃气", "per": "household"})
        section = Section.objects.get()
        address = reverse("surveys:add-question", args=[survey.number])
        asked = {"section": section.pk, "text": "用哪种气", "kind": "choice", "choices": "管道气"}
        refused = client.post(address, asked)
        assert refused.status_code == 422
        assert "请至少写两个选项" in refused.content.decode()
        client.post(address, asked | {"choices": "管道气\n罐装气\n不用气", "required": "on"})
        first = Question.objects.get()
        client.post(
            address,
            {
                "section": section.pk,
                "text": "罐放在哪里",
                "kind": "text",
                "shown_if": first.pk,
                "shown_value": "罐装气",
            },
        )
        assert Question.objects.count() == 2
        client.post(reverse("cases:act", args=[survey.number, "publish"]), {"note": ""})
        survey.refresh_from_db()
        assert survey.status == "collecting"
        client.post(reverse("surveys:remove", args=[survey.number]), {"question": first.pk})
        assert Question.objects.count() == 2
