from django.urls import path

from points.stories import views

urlpatterns = [
    path("stories/", views.board, name="stories"),
    path("stories/new/", views.write, name="story-write"),
    path("stories/<int:pk>/", views.story, name="story"),
    path("stories/<int:pk>/end/", views.end, name="story-end"),
]
