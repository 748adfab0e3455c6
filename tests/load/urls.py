"""The hub's addresses and the bare view beside them."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from community.access.views import public
from community.urls import urlpatterns as hub
from tests.load.models import Bare


@public
@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """One insert and nothing else: the yardstick for creating a case."""
    Bare.objects.create(text=request.POST.get("text", ""))
    return HttpResponse(status=201)


urlpatterns = [path("bare/insert/", insert), path("dressed/insert/", insert), *hub]
