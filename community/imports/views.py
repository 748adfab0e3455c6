"""Pages of imports: upload, preview, decide, result, undo. Another community's import does not exist here."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.access.views import needs
from community.core.perms import Perm
from community.core.workflow import MoveError
from community.imports import exports, progress
from community.imports.forms import BASE, FindingsFilter, OrderForm, UploadForm
from community.imports.mapping import ColumnsForm, header_of
from community.imports.models import ColumnMap, ImportRun
from community.imports.sheets import profile_of, profiles
from community.imports.tasks import carry_on
from community.imports.undoing import CannotUndo

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POLL_STOPS = 286


def _run_or_404(request: HttpRequest, pk: int) -> ImportRun:
    visible = ImportRun.objects.visible_to(request.user)  # type: ignore[arg-type]
    return get_object_or_404(visible.select_related("community", "received_by", "applied_by", "undone_by"), pk=pk)


def _start(run: ImportRun) -> None:
    """Hand the work to a worker once the row can be seen by it; if none comes, the schedule takes it up."""
    transaction.on_commit(lambda: carry_on.delay(run.pk), robust=True)


@needs(Perm.IMPORT_DIRECTORY)
@require_GET
def list_runs(request: HttpRequest) -> HttpResponse:
    runs = ImportRun.objects.visible_to(request.user).select_related("community", "received_by")  # type: ignore[arg-type]
    rows, after = _page(runs.order_by("-pk"), request.GET.get("after"), "pk__lt")
    return render(request, "imports/list.html", {"runs": rows, "after": after, "kinds": profiles()})


@needs(Perm.IMPORT_DIRECTORY)
def upload(request: HttpRequest) -> HttpResponse:
    asked = {"kind": request.GET.get("kind", "")}
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, initial=asked)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = ImportRun.receive(
                file,
                name=file.name,
                community=form.cleaned_data["community"],
                by=request.user,  # type: ignore[arg-type]
                profile=form.profile.code,
            )
        except MoveError as refused:
            form.add_error(None, str(refused.message))
        else:
            _start(run)
            return redirect("imports:run", run.pk)
    status = 422 if form.errors else 200
    return render(request, "imports/upload.html", {"form": form, "kind": form.profile}, status=status)


@needs(Perm.IMPORT_DIRECTORY)
@require_GET
def show_run(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_or_404(request, pk)
    context: dict[str, Any] = {"run": run, "done": progress.of(run.pk)}
    if not run.is_running:
        context |= _findings(request, run)
        context["may_undo"] = run.may_undo
        context["foreign"] = _unknown_titles(run) if run.may_map else []
    swap = request.headers.get("HX-Target") == "findings"
    return render(request, "imports/_findings.html" if swap else "imports/run.html", context)


def _unknown_titles(run: ImportRun) -> list[str]:
    """Columns of the file that nobody has said the meaning of."""
    return [row.params["column"] for row in run.findings.filter(code="ignored_column")]


def _findings(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    chosen = FindingsFilter(request.GET, run=run)
    found = chosen.found(run)
    rows, after = _page(found, request.GET.get("after"), "pk__gt")
    query = request.GET.copy()
    query["after"] = str(after)
    return {
        "filter": chosen,
        "findings": rows,
        "found": found.count(),
        "next": f"?{query.urlencode()}" if after else "",
    }


def _page(rows: Any, after: str | None, beyond: str) -> tuple[list[Any], int | None]:
    """Keyset paging: the rows beyond ``after``, and the key of the last when there are more."""
    if after and after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(**{beyond: int(after)})
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


@needs(Perm.IMPORT_DIRECTORY)
@require_GET
def show_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar, asked for every second; the last answer loads the page anew."""
    run = _run_or_404(request, pk)
    if not run.is_running:
        return HttpResponse(status=POLL_STOPS, headers={"HX-Refresh": "true"})
    return render(request, "imports/_progress.html", {"run": run, "done": progress.of(run.pk)})


@needs(Perm.IMPORT_DIRECTORY)
@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_or_404(request, pk)
    form = OrderForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择导入方式。"))
        return redirect("imports:run", run.pk)
    try:
        run.order(mode=form.cleaned_data["mode"], by=request.user)  # type: ignore[arg-type]
    except MoveError as refused:
        messages.error(request, str(refused.message))
    else:
        _start(run)
    return redirect("imports:run", run.pk)


@needs(Perm.IMPORT_DIRECTORY)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_or_404(request, pk)
    try:
        run.undo(by=request.user)  # type: ignore[arg-type]
    except MoveError as refused:
        messages.error(request, str(refused.message))
    except CannotUndo as refused:
        context = {"run": run, "reasons": refused.reasons}
        return render(request, "imports/cannot_undo.html", context, status=409)
    else:
        messages.success(request, _("已撤销，资料恢复到导入之前。"))
    return redirect("imports:run", run.pk)


@needs(Perm.IMPORT_DIRECTORY)
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns of this file mean; the answer is remembered for its source, and the check begins anew."""
    run = _run_or_404(request, pk)
    foreign = header_of(run) if run.may_map else None
    if foreign is None:
        messages.warning(request, _("现在不能设定列对应，请刷新后再看。"))
        return redirect("imports:run", run.pk)
    form = ColumnsForm(request.POST or None, foreign=foreign, initial={"source": run.source_name})
    if request.method == "POST" and form.is_valid():
        try:
            run.map_columns(
                form.columns,
                signature=foreign.signature,
                source=form.cleaned_data["source"],
                by=request.user,  # type: ignore[arg-type]
            )
        except MoveError as refused:
            messages.error(request, str(refused.message))
        else:
            _start(run)
        return redirect("imports:run", run.pk)
    status = 422 if form.errors else 200
    return render(request, "imports/columns.html", {"run": run, "form": form}, status=status)


@needs(Perm.IMPORT_DIRECTORY)
@require_GET
def column_maps(request: HttpRequest) -> HttpResponse:
    """What is remembered of foreign sources; each community has a handful."""
    rows = ColumnMap.objects.visible_to(request.user).select_related("community", "set_by")  # type: ignore[arg-type]
    return render(request, "imports/column_maps.html", {"maps": rows.order_by("community", "profile", "-set_at")})


@needs(Perm.IMPORT_DIRECTORY)
@require_POST
def forget_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgotten twice is forgotten once; what was imported with it stays."""
    found = get_object_or_404(ColumnMap.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    found.delete()
    messages.success(request, _("已删除“%(source)s”的列对应，下次导入会再问一次。") % {"source": found.source})
    return redirect("imports:column_maps")


@needs(Perm.IMPORT_DIRECTORY)
@require_GET
def wrong_rows(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_or_404(request, pk)
    if not run.file:
        raise Http404
    name = _("待改正的行") + f"-{run.filename.rpartition('.')[0]}.xlsx"
    return _workbook(exports.wrong_rows(run), name)


@needs(Perm.IMPORT_DIRECTORY)
@require_GET
def blank_template(request: HttpRequest) -> HttpResponse:
    codes = {profile.code for profile in profiles()}
    profile = profile_of(request.GET["kind"] if request.GET.get("kind") in codes else BASE)
    name = _("%(kind)s模板") % {"kind": profile.label}
    return _workbook(exports.template(profile), f"{name}.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
