"""Imports in the browser: upload, preview, decide, mend, undo; another community's import does not exist."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from community.directory.models import Dwelling, Grid, User
from community.imports import progress
from community.imports.models import ImportRun
from tests.imports.conftest import NOW, found
from tests.imports.workbooks import GRID, many_dwellings, saved, small
from tests.neighbourhood import Hood, Town

Go = Callable[..., ImportRun]
pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def file_of(sheets: Any, name: str = "底册.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, saved(sheets).read())


def uploaded(client: Client, hood: Hood, file: SimpleUploadedFile) -> Any:
    return client.post(reverse("imports:upload"), {"community": hood.community.pk, "file": file})


@pytest.fixture
def at_once(django_capture_on_commit_callbacks: Any) -> Any:
    """Run what is due after commit, as it would be."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_from_the_upload_to_the_directory_and_back(hood: Hood, at_once: Any) -> None:
    client = as_(hood.staff)
    with at_once():
        address = uploaded(client, hood, file_of(small())).url
    preview = client.get(address).content.decode()
    assert "检查通过，可以导入" in preview
    assert "花园小区" in preview
    assert "宋*" in preview
    assert "19947577104" not in preview
    assert "独居" not in preview

    run = ImportRun.objects.get()
    with at_once():
        client.post(reverse("imports:apply", args=[run.pk]), {"mode": "all_or_nothing"})
    page = client.get(address).content.decode()
    assert "撤销这次导入" in page
    assert Dwelling.objects.filter(building__estate__name="花园小区").count() == 2

    client.post(reverse("imports:undo", args=[run.pk]))
    assert not Grid.objects.filter(code=GRID).exists()
    assert "已撤销" in client.get(address).content.decode()


def test_an_import_that_something_depends_on_says_why_it_cannot_be_undone(imported: Go, hood: Hood) -> None:
    run = imported(small())
    hood.neighbour.person = Dwelling.objects.get(unit="1单元", room="102").householder
    hood.neighbour.save()
    answer = as_(hood.staff).post(reverse("imports:undo", args=[run.pk]))
    assert answer.status_code == 409
    assert "新建的“人员”已被 1 条“账号”用到。" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("底册.xlsx", b"MZ\x90\x00program", "改了名的程序文件"),
        ("底册.docx", b"PK\x03\x04", "只能导入 .xlsx"),
        ("底册.xlsx", b"PK\x03\x04 torn", "已损坏"),
        ("底册.xlsx", b"", "文件是空的"),
    ],
)
def test_a_file_that_is_no_workbook_is_explained_on_the_form(hood: Hood, name: str, content: bytes, words: str) -> None:
    answer = uploaded(as_(hood.staff), hood, SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_errors_are_listed_filtered_and_paged(examined: Go, hood: Hood) -> None:
    sheets = many_dwellings(120)
    for row in sheets["房屋"][1:]:
        row[6] = "123"
    sheets["志愿者"][1][4] = "很多"
    run = examined(sheets)
    client, address = as_(hood.staff), reverse("imports:run", args=[run.pk])
    first = client.get(address)
    assert "共 121 条" in first.content.decode()
    assert len(first.context["findings"]) == 50
    second = client.get(address + first.context["next"])
    assert first.context["findings"][-1].pk < second.context["findings"][0].pk
    volunteers = client.get(address, {"sheet": "志愿者", "level": "errors"})
    assert [finding.column for finding in volunteers.context["findings"]] == ["累计服务小时"]
    assert client.get(address, {"after": "nonsense", "sheet": "没有"}).status_code == 200


def test_a_filtered_fragment_equals_the_full_page(examined: Go, hood: Hood) -> None:
    sheets = small()
    sheets["房屋"][1][6] = "123"
    run = examined(sheets)
    client, address = as_(hood.staff), reverse("imports:run", args=[run.pk])
    swapped = client.get(address, {"level": "errors"}, headers={"HX-Request": "true", "HX-Target": "findings"})
    fragment = swapped.content.decode().strip()
    assert "手机号应为 11 位" in fragment
    assert fragment in client.get(address, {"level": "errors"}).content.decode()


def test_the_wrong_rows_come_back_coloured_and_can_be_mended_and_uploaded(imported: Go, hood: Hood) -> None:
    sheets = small()
    sheets["房屋"][2][6] = "1994"
    sheets["志愿者"][1][0] = "=1+1"
    run = imported(sheets)
    assert Dwelling.objects.filter(building__estate__name="花园小区").count() == 1
    answer = as_(hood.staff).get(reverse("imports:wrong_rows", args=[run.pk]))
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["房屋", "党员", "志愿者"]
    page = book["房屋"]
    assert page.max_row == 2
    assert page["K1"].value == "错误说明"
    assert "手机号应为 11 位，现有 4 位" in page["K2"].value
    assert page["G2"].fill.fgColor.rgb == "FFF4C7C3"
    assert page["F2"].fill.fill_type is None

    page["G2"] = "19911112222"
    book["志愿者"]["A2"] = "尹金"
    again = imported(book)
    assert (again.errors, found(again)) == (0, [])
    assert Dwelling.objects.filter(building__estate__name="花园小区").count() == 2


def test_text_that_looks_like_a_formula_goes_out_as_text(examined: Go, hood: Hood) -> None:
    sheets = small()
    sheets["共建单位"][1][:3] = ["单位", "危险", "1"]
    book = load_workbook(saved(sheets))
    cell = book["共建单位"]["B2"]
    cell.value = "=cmd|' /C calc'!A0"
    cell.data_type = "s"
    run = examined(book)
    answer = as_(hood.staff).get(reverse("imports:wrong_rows", args=[run.pk]))
    copied = load_workbook(BytesIO(answer.content))["共建单位"]["B2"]
    assert (copied.value, copied.data_type) == ("=cmd|' /C calc'!A0", "s")


def test_the_blank_template_is_understood_when_filled(imported: Go, hood: Hood) -> None:
    answer = as_(hood.staff).get(reverse("imports:template"))
    book = load_workbook(BytesIO(answer.content))
    book["网格"].append([GRID, "东网格"])
    book["楼栋"].append(["花园小区", "1", GRID])
    run = imported(book)
    assert (run.errors, {code for *_, code in found(run, hints=True)}) == (0, set())
    assert Grid.objects.get(code=GRID).buildings.get().name == "1号楼"


def test_a_running_import_shows_how_far_it_is_and_ends_by_loading_the_page(hood: Hood) -> None:
    run = ImportRun.receive(saved(small()), name="底册.xlsx", community=hood.community, by=None, now=NOW)
    progress.tell(run.pk, "read", 50, 100)
    client, address = as_(hood.staff), reverse("imports:progress", args=[run.pk])
    assert "已读 50 行，共 100 行" in client.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert 'value="40"' in client.get(address).content.decode()
    run.examine()
    done = client.get(address)
    assert (done.status_code, done.headers["HX-Refresh"]) == (286, "true")


def test_a_second_upload_while_one_runs_is_explained(hood: Hood) -> None:
    ImportRun.receive(saved(small()), name="底册.xlsx", community=hood.community, by=None, now=NOW)
    answer = uploaded(as_(hood.staff), hood, file_of(small()))
    assert answer.status_code == 422
    assert "有一次导入正在进行" in answer.content.decode()


ADDRESSES = [("get", "run"), ("get", "progress"), ("post", "apply"), ("post", "undo"), ("get", "wrong_rows")]


@pytest.mark.parametrize(("method", "name"), ADDRESSES)
def test_an_import_of_another_community_is_not_found(imported: Go, town: Town, method: str, name: str) -> None:
    run = imported(small())
    address = reverse(f"imports:{name}", args=[run.pk])
    assert getattr(as_(town.theirs.staff), method)(address).status_code == 404
    assert getattr(as_(town.ours.worker), method)(address).status_code == 403
    assert getattr(Client(), method)(address).status_code == 302
    run.refresh_from_db()
    assert run.status == "applied"


@pytest.mark.parametrize("name", ["list", "upload", "template"])
def test_pages_without_an_import_need_the_permission(town: Town, name: str) -> None:
    address = reverse(f"imports:{name}")
    assert as_(town.ours.staff).get(address).status_code == 200
    assert as_(town.ours.resident).get(address).status_code == 403


def test_the_list_and_the_form_show_ones_own_communities_only(imported: Go, town: Town) -> None:
    imported(small())
    assert "底册.xlsx" in as_(town.ours.staff).get(reverse("imports:list")).content.decode()
    theirs = as_(town.theirs.staff)
    assert "还没有导入过底册" in theirs.get(reverse("imports:list")).content.decode()
    answer = uploaded(theirs, town.ours, file_of(small()))
    assert (answer.status_code, ImportRun.objects.count()) == (422, 1)


def test_deciding_without_choosing_or_twice_changes_nothing(examined: Go, hood: Hood) -> None:
    run = examined(small())
    client, address = as_(hood.staff), reverse("imports:apply", args=[run.pk])
    client.post(address, {"mode": "whatever"})
    run.refresh_from_db()
    assert run.status == "checked"
    client.post(address, {"mode": "good_rows"})
    client.post(address, {"mode": "good_rows"})
    run.refresh_from_db()
    assert (run.status, run.applied_by) == ("applying", hood.staff)


def test_queries_of_the_pages_do_not_grow(examined: Go, hood: Hood, django_assert_max_num_queries: Any) -> None:
    sheets = many_dwellings(60)
    for row in sheets["房屋"][1:]:
        row[6] = "123"
    for _ in range(3):
        run = examined(sheets)
    client = as_(hood.staff)
    with django_assert_max_num_queries(14):
        client.get(reverse("imports:run", args=[run.pk]))
    with django_assert_max_num_queries(8):
        client.get(reverse("imports:list"))


def test_names_from_outside_are_shown_as_text(examined: Go, hood: Hood) -> None:
    sheets = small()
    sheets["<b>表"] = [["x"], ["y"]]
    sheets["房屋"][1][6] = '"><script>alert(1)</script>'
    examined(sheets)
    ImportRun.objects.update(filename='a" onload="x"><script>alert(2)</script>.xlsx')
    page = as_(hood.staff).get(reverse("imports:run", args=[ImportRun.objects.get().pk])).content.decode()
    assert "<script>alert" not in page
    assert 'onload="x"' not in page
    assert "<b>表" not in page
