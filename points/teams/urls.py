from django.urls import path

from points.teams.views import members, teams

app_name = "teams"
urlpatterns = [
    path("", teams.teams, name="teams"),
    path("new/", teams.create, name="found"),
    path("<int:pk>/", teams.team, name="team"),
    path("<int:pk>/edit/", teams.amend, name="amend"),
    path("<int:pk>/end/", teams.end, name="end"),
    path("<int:pk>/join/", members.join, name="join"),
    path("<int:pk>/name/", members.name, name="name"),
    path("<int:pk>/leave/", members.leave, name="leave"),
    path("members/<int:pk>/", members.decide, name="decide"),
]
