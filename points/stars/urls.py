from django.urls import path

from points.stars import views

urlpatterns = [
    path("stars/", views.mine, name="stars"),
    path("stars/community/", views.overview, name="star-overview"),
    path("certificates/new/", views.issue, name="certificate-issue"),
    path("certificates/<int:pk>/paper/", views.paper, name="certificate-paper"),
]
