from django.urls import path

from points.proving import api

urlpatterns = [
    path("points/", api.Accounts.as_view(), name="point-accounts"),
    path("points/<int:pk>/", api.Lines.as_view(), name="point-lines"),
]
