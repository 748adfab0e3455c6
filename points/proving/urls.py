from datetime import date

from django.urls import path, register_converter

from points.proving import views


class DayConverter:
    """A day as ``2026-03-02``."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")
urlpatterns = [
    path("lines/<int:pk>/", views.line, name="line"),
    path("check/", views.check, name="check"),
    path("check/<str:code>/", views.proof, name="proof"),
    path("chain/", views.chain, name="chain"),
    path("chain/<int:community_id>/<day:day>/", views.notice, name="published"),
]
