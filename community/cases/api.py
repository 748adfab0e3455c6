"""The JSON API of cases: list, read, raise, and make moves; validated by the same forms as the pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.access.views import Needs
from community.cases.registry import Kind, kind_of
from community.cases.shown import shown_name, story
from community.cases.views import find
from community.core.models import Case
from community.core.workflow import MoveError, NotYours

if TYPE_CHECKING:
    from community.directory.models import User


class CaseSerializer(serializers.ModelSerializer[Case]):
    """The facts that every kind shares."""

    state = serializers.CharField(source="status")
    state_label = serializers.CharField(source="get_status_display")

    class Meta:
        model = Case
        fields = [
            "number", "kind", "title", "state", "state_label", "urgency", "raised_at", "due_at", "responded_at",
            "resolved_at", "closed_at", "paused_at", "pause_reason", "rating",
        ]  # fmt: skip


class NewestFirst(CursorPagination):
    """Keyset pages: as fast at the end as at the start, and no count."""

    page_size = 50
    ordering = "-id"


class CaseAPIView(APIView):
    """Signed-in people only; what they see is ``visible_to``."""

    permission_classes = (Needs,)
    parser_classes = (JSONParser, MultiPartParser)
    access_rule: tuple[str, ...] = ()

    @property
    def person(self) -> "User":
        return cast("User", self.request.user)

    def kind(self, name: str) -> Kind:
        try:
            return kind_of(name)
        except KeyError:
            raise Http404 from None


class CaseList(CaseAPIView):
    """Cases of one kind, newest first; POST raises one."""

    @extend_schema(responses=CaseSerializer(many=True))
    def get(self, request: Request, kind: str) -> Response:
        model = cast(Any, self.kind(kind).model)
        rows = model._default_manager.listed_for(self.person)
        if state := request.query_params.get("state"):
            rows = rows.filter(status=state)
        pages = NewestFirst()
        page: list[Case] | None = pages.paginate_queryset(rows, request, self)
        return pages.get_paginated_response(CaseSerializer(page, many=True).data)

    @extend_schema(request=OpenApiTypes.OBJECT, responses={201: CaseSerializer})
    def post(self, request: Request, kind: str) -> Response:
        opening = self.kind(kind).opening
        if opening is None:
            return Response(status=status.HTTP_405_METHOD_NOT_ALLOWED)
        form = opening(request.data, request.FILES, user=self.person)
        if not form.is_valid():
            return Response(form.errors, status=status.HTTP_400_BAD_REQUEST)
        case, new = _made(form.raise_once)
        return Response(_full(case.concrete, self.person), status=201 if new else 200)


class CaseDetail(CaseAPIView):
    """One case with its facts, its story and the moves open to the person who asks."""

    @extend_schema(responses=CaseSerializer)
    def get(self, request: Request, number: str) -> Response:
        return Response(_full(find(number, self.person)[1], self.person))


class CaseMove(CaseAPIView):
    """Make one move of the transition table; 409 when the case has moved on meanwhile, 403 when it is not yours."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses=CaseSerializer)
    def post(self, request: Request, number: str, verb: str) -> Response:
        kind, case = find(number, self.person)
        if not any(move.verb == verb and not move.opens for move in case.workflow.moves):
            raise Http404
        _made(lambda: case.workflow.check(verb, self.person, case))
        form = kind.form_for(verb)(request.data, request.FILES, case=case, user=self.person)
        if not form.is_valid():
            return Response(form.errors, status=status.HTTP_400_BAD_REQUEST)
        _made(lambda: form.make_once(verb))
        return Response(_full(case, self.person))


class Refused(APIException):
    """403 for what is not yours, 409 for what is not possible now."""

    def __init__(self, error: MoveError) -> None:
        super().__init__(str(error.message))
        self.status_code = status.HTTP_403_FORBIDDEN if isinstance(error, NotYours) else status.HTTP_409_CONFLICT


def _made(action: Callable[[], Any]) -> Any:
    """Run a domain call; what the model finds wrong becomes a 400, what the table refuses a ``Refused``."""
    try:
        return action()
    except ValidationError as error:
        raise serializers.ValidationError(error.messages) from error
    except MoveError as error:
        raise Refused(error) from error


def _full(case: Case, user: "User") -> dict[str, Any]:
    kind = kind_of(case.kind)
    return {
        **CaseSerializer(case).data,
        "handler": shown_name(case.handler, user, case) if case.handler_id else None,
        "facts": kind.facts_of(case, user),
        "moves": [{"verb": move.verb, "label": str(move.label)} for move in case.moves_for(user)],
        "story": [{"at": line.at, "who": line.who, "what": line.what, "note": line.note} for line in story(case, user)],
    }
