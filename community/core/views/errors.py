"""What is answered when a request goes wrong: a page for people, words in JSON for whoever asks the API.

A phone's queue must know from every answer what to do next; a page in the place of an answer would tell it nothing.
"""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

API = "/api/"
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def asks_api(request: HttpRequest) -> bool:
    return request.path.startswith(API)


def in_json(detail: str, status: int) -> JsonResponse:
    """The shape in which the API's own views refuse."""
    return JsonResponse({"detail": detail}, status=status, headers={"Cache-Control": "no-store"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too much at once is told apart (413): the sender can part it and send again."""
    if not asks_api(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, TOO_MUCH):
        return in_json(_("一次传得太多，请分几次传。"), 413)
    return in_json(_("没有看懂这次请求，请重新打开页面再试。"), 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return in_json(_("您不能这样做。"), 403) if asks_api(request) else defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return in_json(_("没有找到。"), 404) if asks_api(request) else defaults.page_not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    return in_json(_("系统出了点问题，请过一会儿再试。"), 500) if asks_api(request) else defaults.server_error(request)
