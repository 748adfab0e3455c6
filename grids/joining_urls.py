from django.urls import path

from grids import joining_views

app_name = "joining"
urlpatterns = [
    path("", joining_views.join, name="join"),
    path("enter/", joining_views.enter, name="enter"),
    path("ask/", joining_views.ask, name="ask"),
    path("received/<str:number>/", joining_views.receipt, name="receipt"),
]
