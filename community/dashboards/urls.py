from django.urls import path

from community.dashboards.views import desk, duties, inbox, operations, wall

app_name = "dashboards"
urlpatterns = [
    path("dashboard/", desk.desk, name="secretary"),
    path("dashboard/figures/", desk.figures, name="figures"),
    path("dashboard/street/", desk.street, name="street"),
    path("dashboard/duties/", duties.duties, name="duties"),
    path("dashboard/wall/", wall.wall, name="wall"),
    path("healthz/", operations.healthz, name="healthz"),
    path("operations/", operations.operations, name="operations"),
    path("operations/deadlines/<int:pk>/retry/", operations.retry_deadline, name="retry_deadline"),
    path("operations/deliveries/<int:pk>/retry/", operations.retry_delivery, name="retry_delivery"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/count/", inbox.badge, name="badge"),
    path("inbox/notices/", inbox.notices, name="notices"),
    path("inbox/notices/read/", inbox.read_all, name="read_all"),
    path("inbox/notices/<int:pk>/", inbox.notice, name="notice"),
]
