from django.urls import path

from grids.patrols import views

urlpatterns = [
    path("walk/", views.walk, name="walk"),
    path("point/<slug:token>/", views.point, name="point"),
    path("routes/", views.routes, name="routes"),
    path("routes/<int:pk>/", views.route, name="route"),
    path("routes/<int:pk>/codes/", views.codes, name="codes"),
    path("routes/points/<int:pk>/", views.switch, name="switch-point"),
]
