from django.urls import path

from grids.posts import api

urlpatterns = [
    path("licences/", api.LicenceList.as_view(), name="licence-list"),
    path("reserve/", api.ReserveList.as_view(), name="reserve-list"),
]
