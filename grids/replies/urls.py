from django.urls import path

from grids.replies import views

urlpatterns = [
    path("replies/", views.replies, name="replies"),
    path("replies/new/", views.new, name="reply-new"),
    path("replies/<int:pk>/", views.edit, name="reply"),
]
