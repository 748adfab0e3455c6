"""Every address of the hub, app by app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from community.access.views import public, signed_in
from community.cases import api_urls as cases_api
from community.core.views.app import manifest, service_worker
from community.core.views.gallery import gallery, gallery_progress
from community.core.views.offline import offline
from community.core.views.preferences import preferences
from community.dashboards.home import home, phones
from grids.patrols import api_urls as patrols_api
from grids.posts import api_urls as posts_api
from grids.posts.licences import verify
from points.fund.views.giving import verify as verify_receipt
from points.pledges.views import card
from points.proving import api_urls as points_api
from points.stars.views import verify as verify_certificate
from points.teams import api_urls as teams_api

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "community.core.views.errors.bad_request"
handler403 = "community.core.views.errors.forbidden"
handler404 = "community.core.views.errors.not_found"
handler500 = "community.core.views.errors.broken"

api = [address for part in (cases_api, patrols_api, posts_api, points_api, teams_api) for address in part.urlpatterns]
urlpatterns = [
    path("", home, name="home"),
    path("phones/", phones, name="community_phones"),
    path("phones/<int:community_id>/", phones, name="community_phones_of"),
    path("preferences/", public(preferences), name="preferences"),
    path("offline/", public(offline), name="offline"),
    path("manifest.webmanifest", public(manifest), name="manifest"),
    path("sw.js", public(service_worker), name="service_worker"),
    path("gallery/", signed_in(gallery), name="gallery"),
    path("gallery/progress/", signed_in(gallery_progress), name="gallery_progress"),
    path("admin/", admin.site.urls),
    path("", include("community.access.pages.urls")),
    path("calendar/", include("community.calendars.urls")),
    path("household/", include("grids.joining_urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include((api, "api"))),
    path("cases/", include("community.cases.urls")),
    path("imports/", include("community.imports.urls")),
    path("grids/care/", include("grids.care.urls")),
    path("grids/visits/", include("grids.visits.urls")),
    path("duties/", include("community.duties.urls")),
    path("grids/", include("grids.urls")),
    path("emergency/", include("grids.emergency.urls")),
    path("licence/<str:key>/", verify, name="licence"),
    path("pledge/<str:key>/", card, name="pledge"),
    path("certificate/<str:key>/", verify_certificate, name="certificate"),
    path("surveys/", include("grids.surveys.urls")),
    path("mediation/", include("grids.mediation.urls")),
    path("rosters/", include("grids.rosters.urls")),
    path("wishes/", include("wishes.urls")),
    path("points/redemption/", include("points.redemption.urls")),
    path("points/teams/", include("points.teams.urls")),
    path("fund/", include("points.fund.urls")),
    path("receipt/<str:key>/", verify_receipt, name="fund_receipt"),
    path("points/", include("points.urls")),
    path("", include("community.dashboards.urls")),
]
