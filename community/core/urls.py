"""Pages of the frame itself: the choices of the switches, the gallery of components, the page shown without network."""

from django.urls import path

from community.core.views.gallery import gallery, gallery_progress
from community.core.views.offline import offline
from community.core.views.preferences import preferences

urlpatterns = [
    path("preferences/", preferences, name="preferences"),
    path("offline/", offline, name="offline"),
    path("gallery/", gallery, name="gallery"),
    path("gallery/progress/", gallery_progress, name="gallery_progress"),
]
