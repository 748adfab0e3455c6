from django.urls import path

from grids.patrols import api

urlpatterns = [
    path("patrols/pack/", api.Pack.as_view(), name="patrol-pack"),
    path("patrols/sync/", api.Sync.as_view(), name="patrol-sync"),
]
