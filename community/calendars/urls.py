from django.urls import path

from community.calendars import views

app_name = "calendars"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("once.ics", views.once, name="once"),
    path("start/", views.start, name="start"),
    path("renew/", views.renew, name="renew"),
    path("stop/", views.stop, name="stop"),
    path("<int:pk>/<str:code>.ics", views.feed, name="feed"),
]
