from django.urls import path

from grids.emergency import doors_views, views
from grids.emergency.street import views as street

app_name = "emergency"
urlpatterns = [
    path("", views.all_of_them, name="all"),
    path("declare/", views.declare, name="declare"),
    path("calls/<int:pk>/", views.call, name="call"),
    path("doors/<int:pk>/", doors_views.mark, name="mark"),
    path("street/declare/", street.declare, name="street_declare"),
    path("street/<int:pk>/", street.board, name="street_board"),
    path("street/<int:pk>/now/", street.now, name="street_now"),
    path("street/<int:pk>/extend/", street.extend, name="street_extend"),
    path("street/<int:pk>/order/", street.order, name="street_order"),
    path("<str:number>/", views.board, name="board"),
    path("<str:number>/now/", views.now, name="now"),
    path("<str:number>/doors/", doors_views.buildings, name="buildings"),
    path("<str:number>/doors/<int:building>/", doors_views.doors, name="doors"),
]
