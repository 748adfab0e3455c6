from django.urls import path

from points import views
from points.proving import urls as proving

app_name = "points"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("ledger/", views.ledger, name="ledger"),
    *proving.urlpatterns,
]
