"""运行状况, and the health check for machines."""

import logging
from typing import TYPE_CHECKING, cast

import redis
from django.contrib import messages
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.access.views import needs, public
from community.core.perms import Perm
from community.core.workflow import MoveError
from community.dashboards import operations as running
from community.dashboards.valkey import client
from community.timers.models import Deadline

if TYPE_CHECKING:
    from community.directory.models import User

log = logging.getLogger(__name__)


@needs(Perm.OPERATE)
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Programs, queue, statistics and calendar; what failed and what is late."""
    user, now = cast("User", request.user), timezone.now()
    context = {
        "checks": running.checks(now),
        "failed_deadlines": running.failed_deadlines(user),
        "late_deadlines": running.late_deadlines(user, now),
        "failed_deliveries": running.failed_deliveries(user),
        "late_deliveries": running.late_deliveries(user, now),
    }
    return render(request, "dashboards/operations.html", context)


@needs(Perm.OPERATE)
@require_POST
def retry_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a failed rung back to the sweep."""
    user = cast("User", request.user)
    deadline = get_object_or_404(Deadline.objects.visible_to(user), pk=pk)
    try:
        deadline.retry(by=user, now=timezone.now())
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(
            request, _("事项已往下走，这个时限不再需要。") if deadline.stopped_at else _("会在十几秒内重试。")
        )
    return redirect("dashboards:operations")


@needs(Perm.OPERATE)
@require_POST
def retry_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a failed delivery back to the outbox."""
    delivery = get_object_or_404(running.deliveries(cast("User", request.user)), pk=pk)
    try:
        delivery.retry(now=timezone.now())
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("会在十几秒内重发。"))
    return redirect("dashboards:operations")


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when database and Valkey answer, else 503; says nothing more, for anybody may ask."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        client().ping()
    except (DatabaseError, redis.RedisError) as error:
        log.error("health check failed: %s", error)
        return HttpResponse("unavailable", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
