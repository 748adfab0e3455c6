from django.urls import include, path

from grids.mapping import views as mapping
from grids.spots import views as spots
from grids.suggesting import views as suggesting
from grids.views import incidents, patrols, today

app_name = "grids"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("", include("grids.patrols.urls")),
    path("patrols/", patrols.patrols, name="patrols"),
    path("patrols/<int:pk>/", patrols.patrol, name="patrol"),
    path("patrols/<int:pk>/start/", patrols.start, name="patrol-start"),
    path("patrols/<int:pk>/findings/", patrols.add_finding, name="finding"),
    path("patrols/<int:pk>/finish/", patrols.finish, name="patrol-finish"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("spots/", spots.spots, name="spots"),
    path("spots/<int:pk>/", spots.spot, name="spot"),
    path("incidents/map/", mapping.incident_map, name="map"),
    path("incidents/map/points/", mapping.points, name="map-points"),
    path("incidents/map/houses/", mapping.houses, name="map-houses"),
    path("report/", incidents.report, name="report"),
    path("report/alike/", suggesting.similar, name="similar"),
    path("report/categories/", suggesting.categories, name="suggest-categories"),
    path("report/alike/<str:number>/", suggesting.second, name="second"),
    path("received/<str:number>/", incidents.receipt, name="receipt"),
    path("", include("grids.atlas.urls")),
    path("", include("grids.posts.urls")),
    path("drawing/", include("grids.drawing.urls")),
    path("mine/", incidents.mine, name="mine"),
    path("", include("grids.hotline.urls")),
    path("", include("grids.whistle.urls")),
]
