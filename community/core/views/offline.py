"""What a browser keeps for the moment without network."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/offline.html")
