"""A street with two communities, their people, and wishes raised and moved through the real verbs."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache

from community.access.models import Post, Role
from community.directory.models import Community, Grid, Street, User

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Wednesday morning.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands at NOW until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    cache.clear()
    ContentType.objects.clear_cache()


@pytest.fixture
def street(db: None) -> Street:
    return Street.objects.create(code="370112001", name="山大路街道")


@pytest.fixture
def here(street: Street) -> Community:
    return Community.objects.create(street=street, code="370112001001", name="毕家洼西区社区")


@pytest.fixture
def there(street: Street) -> Community:
    return Community.objects.create(street=street, code="370112001002", name="东邻社区")


@pytest.fixture
def elsewhere(db: None) -> Community:
    other = Street.objects.create(code="370112002", name="别处街道")
    return Community.objects.create(street=other, code="370112002001", name="别处社区")


@pytest.fixture
def grid(here: Community) -> Grid:
    return Grid.objects.create(community=here, code=here.code + "001", name="第一网格")


@pytest.fixture
def other_grid(here: Community) -> Grid:
    return Grid.objects.create(community=here, code=here.code + "002", name="第二网格")


def account(name: str, community: Community | None = None) -> User:
    return User.objects.create_user(username=name, name=name, community=community)


def appointed(name: str, role: str, scope: Street | Community | Grid) -> User:
    """An account with one post."""
    home = scope if isinstance(scope, Community) else getattr(scope, "community", None)
    user = account(name, home)
    Post.begin(user=user, role=Role.objects.get(code=role), scope=scope, by=None)
    return user


@pytest.fixture
def secretary(here: Community) -> User:
    return appointed("李书记", "secretary", here)


@pytest.fixture
def other_secretary(elsewhere: Community) -> User:
    return appointed("别处书记", "secretary", elsewhere)


@pytest.fixture
def officer(street: Street, here: Community, there: Community) -> User:
    return appointed("街道干部", "street_officer", street)


@pytest.fixture
def leader(grid: Grid) -> User:
    return appointed("网格长", "grid_leader", grid)


@pytest.fixture
def worker(grid: Grid) -> User:
    return appointed("王网格员", "grid_worker", grid)


@pytest.fixture
def volunteer(here: Community) -> User:
    return appointed("志愿者", "volunteer", here)


@pytest.fixture
def resident(here: Community) -> User:
    return account("张居民", here)
