from django.urls import path

from points.pledges import views

urlpatterns = [
    path("pledges/", views.board, name="pledges"),
    path("pledges/mine/", views.mine, name="pledge-mine"),
    path("pledges/show/", views.show, name="pledge-show"),
]
