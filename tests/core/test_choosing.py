"""A field that offers rows reads them in one statement."""

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.directory.models import Grid
from tests.neighbourhood import Hood


class Where(forms.Form):
    grid = forms.ModelChoiceField(Grid.objects.order_by("code"), empty_label="不限")


@pytest.mark.django_db
def test_rows_to_choose_from_are_read_at_once_and_anew_each_time(hood: Hood) -> None:
    form = Where()
    with CaptureQueriesContext(connection) as asked:
        drawn = str(form["grid"])
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]
    assert "不限" in drawn
    assert hood.grid.name in drawn
    Grid.objects.filter(pk=hood.grid.pk).update(name="春晓网格")
    assert "春晓网格" in str(Where()["grid"])
