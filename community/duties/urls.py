from django.urls import path

from community.duties.views import duty, leaves, plans

app_name = "duties"
urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plans.make, name="make"),
    path("plans/preview/", plans.preview, name="preview"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/change/", plans.change, name="change"),
    path("plans/<int:pk>/pause/", plans.pause, name="pause"),
    path("plans/<int:pk>/resume/", plans.resume, name="resume"),
    path("leaves/", leaves.leaves, name="leaves"),
    path("leaves/new/", leaves.ask, name="leave"),
    path("leaves/<int:pk>/end/", leaves.end, name="leave-end"),
    path("photos/<uuid:key>/<str:size>/", duty.photo, name="photo"),
    path("<int:pk>/", duty.duty, name="duty"),
    path("<int:pk>/start/", duty.start, name="start"),
    path("<int:pk>/call-off/", duty.call_off, name="call-off"),
    path("<int:pk>/reassign/", duty.reassign, name="reassign"),
]
