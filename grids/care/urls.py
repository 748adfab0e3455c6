from django.urls import path

from grids.care import views

app_name = "care"
urlpatterns = [
    path("", views.board, name="board"),
    path("calls/", views.calls, name="calls"),
    path("calls/<int:pk>/", views.call, name="call"),
    path("turns/<int:pk>/", views.turn, name="turn"),
    path("begin/<int:pk>/", views.begin, name="begin"),
]
