from django.urls import path

from points.teams.views import activities, arriving, calendars, members, record, teams

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
    path("<int:pk>/activities/", activities.calendar, name="calendar"),
    path("<int:pk>/activities.ics", calendars.of_team, name="team-ics"),
    path("activities/", activities.activities, name="activities"),
    path("activities/desk/", activities.desk, name="desk"),
    path("activities/new/", activities.announce, name="announce"),
    path("activities/<str:number>/code/", arriving.code, name="code"),
    path("scan/", arriving.scan, name="scan"),
    path("arrive/<str:code>/", arriving.arrive, name="arrive"),
    path("mine/", record.mine, name="mine"),
    path("hours/<int:pk>/correct/", record.correct, name="correct"),
    path("members/<int:pk>/", members.decide, name="decide"),
]
