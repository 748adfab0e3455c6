"""What is remembered of foreign columns: read and forgotten by the staff of its community."""

import pytest
from django.test import Client

from community.imports.models import ColumnMap
from tests.imports.conftest import NOW
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db


def remembered(hood: Hood, source: str) -> ColumnMap:
    return ColumnMap.remember(
        community_id=hood.community.pk, profile="hotline", signature=source, source=source,
        columns={"单号": "ticket_number", "备注二": ""}, by=hood.staff, now=NOW,
    )  # fmt: skip


def test_the_staff_read_what_each_column_means(client: Client, town: Town) -> None:
    remembered(town.ours, "市平台")
    remembered(town.theirs, "他们的平台")
    client.force_login(town.ours.staff)
    page = client.get("/imports/columns/").content.decode()
    assert "市平台" in page
    assert "工单编号" in page
    assert "不读取" in page
    assert "他们的平台" not in page


def test_forgotten_it_is_asked_again(client: Client, hood: Hood) -> None:
    row = remembered(hood, "市平台")
    client.force_login(hood.staff)
    answer = client.post(f"/imports/columns/{row.pk}/forget/", follow=True)
    assert "已删除“市平台”的列对应" in answer.content.decode()
    assert "还没有记住任何来源" in answer.content.decode()
    assert ColumnMap.objects.maps(hood.community, "hotline") == {}


def test_another_communitys_cannot_be_forgotten(client: Client, town: Town) -> None:
    theirs = remembered(town.theirs, "他们的平台")
    client.force_login(town.ours.staff)
    assert client.post(f"/imports/columns/{theirs.pk}/forget/").status_code == 404
    assert ColumnMap.objects.filter(pk=theirs.pk).exists()
