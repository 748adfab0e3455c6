from django.urls import path

from grids.atlas import mine, views

urlpatterns = [
    path("atlas/", views.grids, name="grids"),
    path("my-grid/", mine.my_grid, name="my-grid"),
]
