from django.urls import path

from grids.visits.views import coverage, homes, rounds, tiers, visits

app_name = "visits"
urlpatterns = [
    path("", visits.visits, name="list"),
    path("<int:pk>/", visits.visit, name="visit"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("tiers/", tiers.choose, name="tiers"),
    path("tiers/list/", tiers.upload, name="tiers-upload"),
    path("tiers/place/", tiers.place, name="tiers-place"),
    path("buildings/<int:pk>/", homes.building, name="building"),
    path("homes/<int:pk>/", homes.home, name="home"),
    path("homes/<int:pk>/tier/", homes.tier, name="tier"),
    path("homes/<int:pk>/tier/end/", homes.end_tier, name="end-tier"),
    path("homes/<int:pk>/drop-in/", homes.drop_in, name="drop-in"),
    path("homes/<int:pk>/reveal/", homes.reveal, name="reveal"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/announce/<int:grid_pk>/", rounds.announce, name="announce"),
    path("rounds/<int:pk>/", rounds.round_page, name="round"),
    path("rounds/<int:pk>/finish/", rounds.finish, name="finish"),
    path("rounds/<int:pk>/call-off/", rounds.call_off, name="call-off"),
    path("rounds/<int:pk>/buildings/<int:building_pk>/", rounds.round_building, name="staircase"),
    path("rounds/<int:pk>/doors/<int:dwelling_pk>/", rounds.knock, name="knock"),
]
