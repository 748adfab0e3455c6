"""Items as a phone sends them: one envelope for all kinds, read with an answer in words for whatever is wrong."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

KINDS = ("start", "tick", "finding", "note", "finish")
MOST_AT_ONCE = 20


class Unreadable(Exception):
    """The envelope itself makes no sense, so there is nothing to answer item by item."""


class ItemSerializer(serializers.Serializer[Any]):
    """``at`` is the phone's time; ``choice`` settles a conflict that an earlier answer told of."""

    key = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    patrol = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)
    at = serializers.DateTimeField(error_messages={"invalid": gettext_lazy("看不懂这条记录的时间。")})
    choice = serializers.CharField(required=False, allow_blank=True, max_length=20, default="")
    facts = serializers.DictField(
        child=serializers.CharField(allow_blank=True, allow_null=True, trim_whitespace=False), required=False
    )


@dataclass(frozen=True)
class Item:
    """One item, read; ``facts`` holds the fields of its form, ``photos`` the files that came with it."""

    key: UUID
    kind: str
    at: datetime
    patrol: int | None = None
    choice: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    photos: list[UploadedFile] = field(default_factory=list)


@dataclass
class Answer:
    """What became of one item: ``done``, ``conflict``, ``refused`` or ``later``; ``again`` when it had come before."""

    key: str
    result: str = "done"
    again: bool = False
    number: str = ""
    words: list[str] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)
    conflict: dict[str, Any] | None = None


def refused(key: str, errors: dict[str, Any]) -> Answer:
    """Field by field what is wrong, in words; ``""`` holds what belongs to no field."""
    told = {name: [str(one) for one in found] for name, found in errors.items()}
    return Answer(key, "refused", errors=told)


def read(raw: Any, files: Any) -> list[Item | Answer]:
    """Every item of a batch, or the answer that says why it cannot be read. Raises Unreadable."""
    if not isinstance(raw, list) or not raw or len(raw) > MOST_AT_ONCE:
        raise Unreadable(_("没有看懂这批记录，请重新打开页面再试。"))
    return [_one(each, files) for each in raw]


def _one(raw: Any, files: Any) -> Item | Answer:
    key = str(raw.get("key", ""))[:40] if isinstance(raw, dict) else ""
    form = ItemSerializer(data=raw)
    if not form.is_valid():
        return refused(key, {name: _flat(found) for name, found in form.errors.items()})
    photos = files.getlist(key) if hasattr(files, "getlist") else []
    return Item(**form.validated_data, photos=photos)


def _flat(found: Any) -> list[str]:
    """The errors of a nested field are told as one list."""
    if isinstance(found, dict):
        return [word for inner in found.values() for word in _flat(inner)]
    return [str(one) for one in found]
