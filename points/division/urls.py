from django.urls import path

from points.division import views

urlpatterns = [
    path("divisions/", views.listed, name="divisions"),
    path("divisions/new/", views.propose, name="division-propose"),
    path("divisions/<str:number>/people/", views.people, name="division-people"),
]
