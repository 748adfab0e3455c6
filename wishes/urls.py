from django.urls import path

from wishes import views

app_name = "wishes"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.submit, name="submit"),
    path("mine/", views.mine, name="mine"),
    path("desk/", views.desk, name="desk"),
    path("received/<str:number>/", views.receipt, name="receipt"),
]
