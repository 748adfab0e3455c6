"""Workbooks are full of personal data: after thirty days only the counts remain."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.core.workflow import NotNow
from community.directory.models import Grid
from community.imports.models import Finding, Footprint, ImportRun
from community.imports.models.run import KEPT_DAYS, forget_old
from tests.imports.conftest import NOW
from tests.imports.workbooks import GRID, saved, small
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db


def test_after_thirty_days_the_workbook_and_its_traces_are_gone(
    imported: Callable[..., ImportRun], hood: Hood, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    sheets = small()
    sheets["房屋"][2][6] = "1994"
    run = imported(sheets)
    stored = media / str(run.file.name)
    assert stored.exists()
    assert forget_old(NOW + timedelta(days=KEPT_DAYS - 1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old(NOW + timedelta(days=KEPT_DAYS + 1)) == 1
    assert forget_old(NOW + timedelta(days=KEPT_DAYS + 1)) == 0
    assert not stored.exists()
    assert not Finding.objects.exists()
    assert not Footprint.objects.exists()
    run.refresh_from_db()
    assert [sheet["sample"] for sheet in run.summary] == [[]] * 6
    assert Grid.objects.filter(code=GRID).exists()

    with pytest.raises(NotNow):
        run.undo(by=None)
    client = Client()
    client.force_login(hood.staff)
    page = client.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "撤销这次导入" not in page
    assert client.get(reverse("imports:wrong_rows", args=[run.pk])).status_code == 404


def test_a_preview_left_lying_cannot_be_applied_afterwards(examined: Callable[..., ImportRun]) -> None:
    run = examined(small())
    forget_old(NOW + timedelta(days=KEPT_DAYS + 1))
    with pytest.raises(NotNow):
        run.order(mode="good_rows", by=None)


def test_a_running_import_is_never_forgotten(hood: Hood) -> None:
    ImportRun.receive(saved(small()), name="底册.xlsx", community=hood.community, by=None, now=NOW)
    assert forget_old(NOW + timedelta(days=365)) == 0
