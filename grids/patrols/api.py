"""The phone's two doors: what it takes along, and what it brings back."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.access.views import Needs
from grids.patrols.clock import PhoneClock
from grids.patrols.items import Answer, Item, Unreadable, read
from grids.patrols.kinds import KINDS
from grids.patrols.pack import packed
from grids.patrols.sync import Batch

if TYPE_CHECKING:
    from community.directory.models import User


class PhoneAPIView(APIView):
    """Everyone signed in: whoever's post ended during the walk still brings home what they noted on it."""

    permission_classes = (Needs,)
    parser_classes = (JSONParser, MultiPartParser)
    access_rule: tuple[str, ...] = ()

    @property
    def person(self) -> "User":
        return cast("User", self.request.user)


class Pack(PhoneAPIView):
    """What to take along, and the token with which to send."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        found = packed(self.person, timezone.now()) | {"csrf": get_token(request._request)}
        return Response(found, headers={"Cache-Control": "no-store"})


class Sync(PhoneAPIView):
    """Up to 20 items: JSON, or a form with the JSON in ``items`` and the photos of an item under its key.

    Answers item by item. What is not answered (a broken line) is simply sent again. ``user`` says whose notes they are:
    nothing is taken for anybody else (409), so that another's login on the same phone neither gets nor refuses them.
    """

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        now = timezone.now()
        if _owner(request.data) not in {"", str(self.person.pk)}:
            return Response({"detail": _("这些记录属于另一个账号。")}, status=409)
        try:
            clock = PhoneClock(_sent(request.data), now)
            items = read(_items(request.data), request.FILES)
        except Unreadable as error:
            return Response({"detail": str(error)}, status=400)
        readable = [item for item in items if isinstance(item, Item)]
        batch = Batch(readable, by=self.person, clock=clock, kinds=KINDS)
        answers = [item if isinstance(item, Answer) else batch.take(item) for item in items]
        return Response({"now": now.isoformat(), "items": [asdict(answer) for answer in answers]})


def _owner(data: Any) -> str:
    return str((data.get("user") if hasattr(data, "get") else None) or "")


def _items(data: Any) -> Any:
    found = data.get("items") if hasattr(data, "get") else None
    if not isinstance(found, str):
        return found
    try:
        return json.loads(found)
    except ValueError:
        raise Unreadable(_("这批记录没有传完整，请再试一次。")) from None


def _sent(data: Any) -> Any:
    try:
        found = parse_datetime(str(data.get("sent_at") if hasattr(data, "get") else ""))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Unreadable(_("看不懂手机的时间，请重新打开页面再试。"))
    return found
