from django.urls import path

from community.cases import views
from community.cases.replies import views as replies
from community.cases.reveal import reveal

app_name = "cases"
urlpatterns = [
    path("workflow/<slug:kind_name>/", views.workflow, name="workflow"),
    path("replies/", replies.replies, name="replies"),
    path("replies/new/", replies.new, name="reply-new"),
    path("replies/<int:pk>/", replies.edit, name="reply"),
    path("photos/<uuid:key>/<slug:size>.jpg", views.photo, name="photo"),
    path("<str:number>/", views.page, name="page"),
    path("<str:number>/contact/", reveal, name="reveal"),
    path("<str:number>/<slug:verb>/", views.act, name="act"),
]
