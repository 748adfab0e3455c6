from django.urls import path

from grids.whistle import views

urlpatterns = [
    path("whistles/", views.overview, name="whistles"),
    path("whistles/mine/", views.inbox, name="whistle-inbox"),
    path("whistles/blow/<str:number>/", views.blow, name="whistle-blow"),
]
