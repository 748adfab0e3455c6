from django.urls import path

from points.handover import views

urlpatterns = [
    path("handovers/", views.listed, name="handovers"),
    path("handovers/new/", views.propose, name="handover-propose"),
]
