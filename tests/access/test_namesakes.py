"""A list from which somebody is chosen never offers two that look the same."""

from typing import Any, cast

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.directory.models import User
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db


def offered(people: "forms.ModelChoiceField[User]") -> list[str]:
    return [str(label) for _value, label in cast("Any", people.choices)]


def test_namesakes_are_told_apart_by_post_and_place(hood: Hood) -> None:
    User.objects.filter(pk__in=[hood.worker.pk, hood.other_worker.pk]).update(name="贾敏")
    User.objects.filter(pk=hood.leader.pk).update(name="李大姐")
    people = User.objects.filter(pk__in=[hood.worker.pk, hood.other_worker.pk, hood.leader.pk]).order_by("pk")
    field = forms.ModelChoiceField(queryset=people)
    assert offered(field) == ["请选择", "贾敏（第1网格 网格员）", "贾敏（第2网格 网格员）", "李大姐"]


def test_a_list_without_namesakes_asks_nothing_more(hood: Hood) -> None:
    field = forms.ModelChoiceField(queryset=User.objects.filter(pk=hood.worker.pk), empty_label=None)
    with CaptureQueriesContext(connection) as seen:
        assert offered(field) == [str(hood.worker)]
    assert len(seen) == 1
