from django.urls import path

from points.teams import api

urlpatterns = [
    path("teams/", api.Teams.as_view(), name="team-list"),
    path("activities/", api.Activities.as_view(), name="activity-list"),
    path("hours/", api.Hours.as_view(), name="hours-list"),
]
