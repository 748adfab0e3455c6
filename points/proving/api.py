"""The JSON API of one's own account: read-only, as the ledger has no door but ``points.ledger``."""

from typing import TYPE_CHECKING, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.access.views import Needs
from points.models import Account, Line

if TYPE_CHECKING:
    from community.directory.models import User


class AccountSerializer(serializers.ModelSerializer[Account]):
    class Meta:
        model = Account
        fields = ["id", "community", "kind", "asset", "balance", "moved_at"]


class LineSerializer(serializers.ModelSerializer[Line]):
    reason = serializers.CharField(source="posting.reason")
    case = serializers.CharField(source="posting.case.number", default=None)

    class Meta:
        model = Line
        fields = ["id", "at", "amount", "balance", "reason", "case"]


class NewestFirst(CursorPagination):
    page_size = 50
    ordering = "-id"


class OwnAPIView(APIView):
    """Signed-in people, about themselves."""

    permission_classes = (Needs,)
    access_rule: tuple[str, ...] = ()

    @property
    def person(self) -> "User":
        return cast("User", self.request.user)


class Accounts(OwnAPIView):
    """My accounts with their balances: points whole, hours in minutes, money in cents."""

    @extend_schema(responses=AccountSerializer(many=True))
    def get(self, request: Request) -> Response:
        accounts = Account.objects.filter(owner=self.person).order_by("pk")
        return Response(AccountSerializer(accounts, many=True).data)


class Lines(OwnAPIView):
    """The statement of one of my accounts, newest first; ``balance`` is what the account held right after a line."""

    @extend_schema(responses=LineSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        account = get_object_or_404(Account, owner=self.person, pk=pk)
        lines = Line.objects.visible_to(self.person).filter(account=account).select_related("posting__case")
        pages = NewestFirst()
        return pages.get_paginated_response(LineSerializer(pages.paginate_queryset(lines, request), many=True).data)
