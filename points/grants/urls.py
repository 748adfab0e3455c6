from django.urls import path

from points.grants import views

urlpatterns = [
    path("grants/", views.listed, name="grants"),
    path("grants/new/", views.propose, name="grant-propose"),
]
