from django.urls import path

from points.stars import revoking, views

urlpatterns = [
    path("stars/", views.mine, name="stars"),
    path("stars/community/", views.overview, name="star-overview"),
    path("certificates/", revoking.certificates, name="certificates"),
    path("certificates/<int:pk>/", revoking.revoke, name="certificate-revoke"),
    path("certificates/new/", views.issue, name="certificate-issue"),
    path("certificates/<int:pk>/paper/", views.paper, name="certificate-paper"),
]
