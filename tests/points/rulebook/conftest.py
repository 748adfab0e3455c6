import pytest

from points.models import PointRule


@pytest.fixture(autouse=True)
def _wishes_alone(db: None) -> None:
    """These tests count every rule in force: of those that a hub starts with, the one of wishes is enough."""
    PointRule.objects.exclude(code="wish_granted").delete()
