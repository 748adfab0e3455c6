from django.urls import path

from points.appeals import views

urlpatterns = [
    path("appeals/", views.listed, name="appeals"),
    path("appeals/new/", views.lodge, name="appeal-lodge"),
]
