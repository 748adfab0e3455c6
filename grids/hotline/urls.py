from django.urls import path

from grids.hotline import views

urlpatterns = [
    path("hotline/", views.tickets, name="hotline"),
    path("hotline/new/", views.receive, name="hotline-receive"),
    path("hotline/figures/", views.figures, name="hotline-figures"),
    path("hotline/clusters/", views.clusters, name="hotline-clusters"),
    path("hotline/raise/", views.raise_incident, name="hotline-raise"),
]
