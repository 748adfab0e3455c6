"""The posts of a grid that a hub starts with: “1+2+X+N”, five levels, six stewards and six members."""

from collections import Counter

import pytest

from community.access.models import Role

pytestmark = pytest.mark.django_db


def test_six_kinds_of_stewards_and_six_of_members_stand_ready() -> None:
    families = Counter(Role.objects.values_list("family", flat=True))
    assert (families["steward"], families["member"]) == (6, 6)


def test_one_two_x_and_n_have_their_places() -> None:
    places = dict(Role.objects.exclude(slot="").values_list("slot", "per_grid"))
    assert set(places) == {"1", "2", "X", "N"}
    assert places["2"] == 2


def test_five_levels_lead_from_the_cadre_to_the_household() -> None:
    levels = set(Role.objects.filter(family="grid").exclude(level=None).values_list("level", flat=True))
    assert levels == {1, 2, 3, 4, 5}
    assert Role.objects.get(level=1).name == "包联社区干部"


def test_lane_stewards_and_red_stewards_carry_a_licence() -> None:
    assert not Role.objects.filter(family__in=["lane", "steward"], licensed=False).exists()
