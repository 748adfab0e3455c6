from django.urls import path

from grids.atlas import views

urlpatterns = [
    path("atlas/", views.grids, name="grids"),
]
