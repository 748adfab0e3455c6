from django.urls import include, path

from points import views
from points.proving import urls as proving

app_name = "points"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("ledger/", views.ledger, name="ledger"),
    *proving.urlpatterns,
    path("", include("points.rulebook.urls")),
    path("", include("points.awards.urls")),
    path("", include("points.grants.urls")),
    path("", include("points.handover.urls")),
    path("", include("points.division.urls")),
    path("", include("points.appeals.urls")),
    path("", include("points.pledges.urls")),
    path("", include("points.challenges.urls")),
    path("", include("points.stories.urls")),
    path("", include("points.stars.urls")),
]
