"""The two files that make the hub an app on a phone. Both stand at the root, so that they cover every page."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from community.core import installed

PAPER = "#FAF7F2"  # --paper of the theme; a manifest knows no custom properties


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """How the app is called and drawn once it stands on the home screen."""
    found = {
        "id": "/",
        "name": _("睦邻，社区党群服务"),
        "short_name": _("睦邻"),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            _icon("app-192.png", "192x192", "any"),
            _icon("app-512.png", "512x512", "any"),
            _icon("app-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [{"name": str(page.label), "url": reverse(page.url_name)} for page in installed.pages()],
    }
    return JsonResponse(found, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker itself: a few lines that name what to keep. It holds nothing of any person."""
    context = {
        "worker": static("js/worker/worker.js"),
        "backgrounds": installed.backgrounds(),
        "facts": json.dumps(installed.facts()),
    }
    return render(request, "app/sw.js", context, content_type="text/javascript; charset=utf-8")
