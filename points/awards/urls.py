from django.urls import path

from points.awards import views

urlpatterns = [
    path("awards/", views.listed, name="awards"),
    path("awards/new/", views.propose, name="award-propose"),
]
