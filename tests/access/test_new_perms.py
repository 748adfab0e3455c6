"""A newer hub knows more permissions: the roles that it planted before get them, with everybody who holds a post."""

import pytest
from django.contrib.auth.models import Permission

from community.access.apps import plant
from community.access.models import Role
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import User
from tests.neighbourhood import Hood


@pytest.mark.django_db
def test_what_a_newer_hub_knows_comes_to_roles_and_posts(hood: Hood) -> None:
    role = Role.objects.get(code="secretary")
    role.perms = [perm for perm in role.perms if perm not in (Perm.LEAD_MEDIATION, Perm.REVEAL)]
    role.save()
    role.regrant()
    Permission.objects.filter(codename=Perm.LEAD_MEDIATION).delete()  # as on a hub that has never heard of it

    plant()

    role.refresh_from_db()
    assert Perm.LEAD_MEDIATION in role.perms
    assert Perm.REVEAL not in role.perms, "what an administrator took away stays away"
    assert reach(User.objects.get(pk=hood.secretary.pk), Perm.LEAD_MEDIATION).covers(hood.community.pk)
