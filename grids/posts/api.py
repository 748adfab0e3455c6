"""Licences and the reserve pool over the API: read only, what ``visible_to`` shows, newest first."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community.cases.api import CaseAPIView, NewestFirst
from grids.posts.licence import Licence
from grids.posts.reserve import Reservist


class LicenceSerializer(serializers.ModelSerializer[Licence]):
    """What the card says; the key behind its QR code stays on the card."""

    holder = serializers.CharField(source="post.user")
    role = serializers.CharField(source="post.role")
    place = serializers.CharField(source="post.scope")
    state = serializers.SerializerMethodField()

    class Meta:
        model = Licence
        fields = ["id", "number", "holder", "role", "place", "issued_on", "expires_on", "state", "reason"]

    def get_state(self, licence: Licence) -> str:
        return str(licence.state_on(timezone.localdate()))


class ReservistSerializer(serializers.ModelSerializer[Reservist]):
    person = serializers.CharField(source="user")
    skills = serializers.ListField(source="skill_list", child=serializers.CharField())
    hopes: Any = serializers.StringRelatedField(many=True)

    class Meta:
        model = Reservist
        fields = ["id", "person", "skills", "hopes", "since"]


class _List(CaseAPIView):
    """Pages of rows; a subclass says which."""

    serializer: Any

    def rows(self) -> Any:
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        pages = NewestFirst()
        page: list[Any] | None = pages.paginate_queryset(self.rows(), request, self)
        return pages.get_paginated_response(self.serializer(page, many=True).data)


class LicenceList(_List):
    """One's own licences, and those of the places whose posts one fills; ``state=standing`` leaves out the others."""

    serializer = LicenceSerializer

    def rows(self) -> Any:
        rows = Licence.objects.visible_to(self.person)
        if self.request.query_params.get("state") == "standing":
            rows = rows.standing(timezone.localdate())
        places = ("street", "community", "grid", "partner_unit")
        return rows.select_related("post__user", "post__role", *(f"post__{place}" for place in places))

    @extend_schema(responses=LicenceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return super().get(request)


class ReserveList(_List):
    """Who is in the pool: one's own entry, and the pools of the communities whose posts one fills."""

    serializer = ReservistSerializer

    def rows(self) -> Any:
        rows = Reservist.objects.visible_to(self.person).current()
        return rows.select_related("user").prefetch_related("hopes")

    @extend_schema(responses=ReservistSerializer(many=True))
    def get(self, request: Request) -> Response:
        return super().get(request)
