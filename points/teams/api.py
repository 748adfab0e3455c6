"""Volunteering over the API, read only: teams, activities with one's own part in them, and one's hours.

Announcing is ``POST /api/cases/volunteering/``; signing up, signing in with a code, reporting and confirming hours are
moves of the case, as of every kind (``POST /api/case/<number>/<move>/``). Who organises finds who has signed up among the
facts of ``GET /api/case/<number>/``.
"""

from typing import Any

from django.db.models import Count
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community.cases.api import CaseAPIView, NewestFirst
from points.models import Activity, SignUp, Team
from points.teams.views.teams import CURRENT
from points.teams.workflow import Status


class TeamSerializer(serializers.ModelSerializer[Team]):
    """No names: who is in it is the page's to show to whom it may."""

    kind = serializers.CharField()
    members = serializers.IntegerField(source="size")
    insured = serializers.BooleanField(source="is_insured")

    class Meta:
        model = Team
        fields = ["id", "name", "kind", "purpose", "admission", "members", "insurance", "insured_until", "insured"]


class OwnPartSerializer(serializers.ModelSerializer[SignUp]):
    class Meta:
        model = SignUp
        fields = ["waiting", "signed_in_at", "signed_out_at", "proposed", "objection", "minutes"]


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """``mine`` is the part of who asks, null where they have none."""

    state = serializers.CharField(source="status")
    team = serializers.IntegerField(source="team_id")
    team_name = serializers.CharField(source="team.name")
    mine = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = [
            "number", "title", "state", "team", "team_name", "words", "place", "starts_at", "ends_at", "sign_up_until",
            "needed", "taken", "skills", "insured", "mine",
        ]  # fmt: skip

    @extend_schema(responses=OwnPartSerializer)
    def get_mine(self, activity: Activity) -> Any:
        part = self.context["parts"].get(activity.pk)
        return OwnPartSerializer(part).data if part else None


class HoursSerializer(serializers.ModelSerializer[SignUp]):
    """One proved service: 谁组织谁记录，谁记录谁证明."""

    activity = serializers.CharField(source="activity.number")
    title = serializers.CharField(source="activity.title")
    team = serializers.CharField(source="activity.team.name")
    starts_at = serializers.DateTimeField(source="activity.starts_at")
    recorded_by = serializers.CharField(source="activity.proposed_by")
    proved_by = serializers.CharField(source="activity.confirmed_by")

    class Meta:
        model = SignUp
        fields = ["id", "activity", "title", "team", "starts_at", "minutes", "recorded_by", "proved_by"]


class Teams(CaseAPIView):
    """The teams of one's community."""

    @extend_schema(responses=TeamSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = Team.objects.visible_to(self.person).standing().select_related("kind")
        pages = NewestFirst()
        page: Any = pages.paginate_queryset(rows.annotate(size=Count("members", CURRENT)), request, self)
        return pages.get_paginated_response(TeamSerializer(page, many=True).data)


class Activities(CaseAPIView):
    """Activities one may see, the latest announced first; narrowed by ``state``, by ``team``, or to one's own."""

    @extend_schema(
        parameters=[
            OpenApiParameter("state", enum=Status.values),
            OpenApiParameter("team", int),
            OpenApiParameter("mine", bool, description="only what I have signed up for"),
        ],
        responses=ActivitySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        own = SignUp.objects.standing().filter(user=self.person)
        rows = Activity.objects.visible_to(self.person).select_related("team")
        if asked.get("state"):
            rows = rows.filter(status=asked["state"])
        if "team" in asked:
            team = asked["team"]
            rows = rows.filter(team=int(team)) if team.isdecimal() and len(team) < 10 else rows.none()
        if asked.get("mine") in ("1", "true"):
            rows = rows.filter(pk__in=own.values("activity"))
        pages = NewestFirst()
        page: Any = pages.paginate_queryset(rows, request, self)
        parts = {part.activity_id: part for part in own.filter(activity__in=page)}
        return pages.get_paginated_response(ActivitySerializer(page, many=True, context={"parts": parts}).data)


class Hours(CaseAPIView):
    """My recorded hours, in minutes, with who recorded and who proved them."""

    @extend_schema(responses=HoursSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = SignUp.objects.visible_to(self.person).recorded()
        rows = rows.select_related("activity__team", "activity__proposed_by", "activity__confirmed_by")
        pages = NewestFirst()
        page: Any = pages.paginate_queryset(rows, request, self)
        return pages.get_paginated_response(HoursSerializer(page, many=True).data)
