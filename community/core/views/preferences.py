"""Language and 长辈版: two choices anybody may make on any page, signed in or not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from community.core.preferences import ELDER_SIZES, OFF, remember_elder, remember_language


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """POST ``elder`` (22, 26, 30 or off) or ``language``, and ``next``: the page to go back to."""
    elder, language = request.POST.get("elder"), request.POST.get("language")
    response = HttpResponseRedirect(_back(request))
    if elder in (*ELDER_SIZES, OFF):
        remember_elder(response, request.user, elder)
    elif language in dict(settings.LANGUAGES):
        remember_language(response, request.user, language)
    else:
        return HttpResponseBadRequest()
    return response


def _back(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return page if safe else "/"
