from django.urls import path

from grids.rosters import views

app_name = "rosters"
urlpatterns = [
    path("", views.rosters, name="rosters"),
    path("now/", views.now, name="now"),
    path("new/", views.make, name="make"),
    path("<int:pk>/", views.roster, name="roster"),
    path("shifts/<int:pk>/", views.watch, name="watch"),
    path("shifts/<int:pk>/offer/", views.offer, name="offer"),
    path("shifts/<int:pk>/fill/", views.fill, name="fill"),
    path("shifts/<int:pk>/<str:verb>/", views.act, name="act"),
]
