"""What a browser keeps for the moment without network."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/offline.html")
