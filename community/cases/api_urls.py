from django.urls import path

from community.cases import api

urlpatterns = [
    path("cases/<slug:kind>/", api.CaseList.as_view(), name="case-list"),
    path("case/<str:number>/", api.CaseDetail.as_view(), name="case-detail"),
    path("case/<str:number>/<slug:verb>/", api.CaseMove.as_view(), name="case-move"),
]
