"""The page of a process is read from the table that runs it."""

from itertools import combinations

import pytest
from django.test import Client

from community.cases.diagram import diagram_of
from community.cases.process import model_of, move_rows, processes, state_rows
from community.core.models import Case
from community.duties.models import Occurrence
from grids.models import Incident
from tests.neighbourhood import Hood

KINDS = sorted({*Case.kinds, *Occurrence.kinds})


@pytest.mark.parametrize("name", KINDS)
def test_every_move_between_states_is_on_one_arrow_of_the_drawing(name: str) -> None:
    model = model_of(name)
    numbered = {
        number
        for number, move in enumerate(model.workflow.moves, start=1)
        for source in (move.sources or {""})
        if move.target not in (None, source)
    }
    drawn = [number for arrow in diagram_of(model).arrows for number in arrow.numbers]
    assert set(drawn) == numbered
    assert all(arrow.path for arrow in diagram_of(model).arrows)


@pytest.mark.parametrize("name", KINDS)
def test_the_drawing_stays_within_its_sheet_and_no_two_labels_cover_each_other(name: str) -> None:
    drawing = diagram_of(model_of(name))
    plates = [(a.label_left, a.label_y - 10, a.label_left + a.label_width, a.label_y + 10) for a in drawing.arrows]
    for left, top, right, bottom in plates:
        assert left >= drawing.left
        assert right <= drawing.left + drawing.width
        assert top >= 0
        assert bottom <= drawing.height
    for one, other in combinations(plates, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


def test_a_state_tells_for_whom_it_waits_and_what_happens_when_nobody_comes() -> None:
    rows = {row.label: row for row in state_rows(Incident)}
    assert rows["待核查"].waits == "核查事件"
    assert rows["待响应"].waits == "承办人 / 办理事件"
    assert rows["待响应"].clocks[0] == (
        "事件响应：3/4 时限 即将到期提醒 → 已到期 → 3/2 时限 督办至社区 → 2 倍时限 督办至街道"
    )
    assert rows["已结案"].closed
    assert [row.by_clock for row in move_rows(Incident) if row.move.verb == "close_unrated"] == [True]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_its_page(hood: Hood, client: Client, name: str) -> None:
    client.force_login(hood.staff)
    response = client.get(f"/cases/workflow/{name}/")
    page = response.content.decode()
    assert response.status_code == 200
    assert processes()[name] in page
    assert page.count("ml-process-box") == len(model_of(name).Status.choices)  # type: ignore[attr-defined]


def test_a_process_that_does_not_exist_is_not_found(hood: Hood, client: Client) -> None:
    client.force_login(hood.staff)
    assert client.get("/cases/workflow/nothing/").status_code == 404
