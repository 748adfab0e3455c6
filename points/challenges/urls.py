from django.urls import path

from points.challenges import views

urlpatterns = [
    path("challenges/", views.board, name="challenges"),
    path("challenges/new/", views.put_up, name="challenge-put-up"),
]
