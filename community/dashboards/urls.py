from django.urls import path

from community.dashboards.views import inbox

app_name = "dashboards"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/count/", inbox.badge, name="badge"),
    path("inbox/notices/", inbox.notices, name="notices"),
    path("inbox/notices/read/", inbox.read_all, name="read_all"),
    path("inbox/notices/<int:pk>/", inbox.notice, name="notice"),
]
