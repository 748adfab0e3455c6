"""Every address of the hub, app by app."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/", include("community.cases.api_urls")),
    path("cases/", include("community.cases.urls")),

]
