"""The roles a hub starts with; planted once, then an administrator's to edit."""

from django.utils.translation import gettext_noop as _

from community.core.perms import Perm

SEEING = [Perm.SEE_CASES]
WORKING = [*SEEING, Perm.PATROL, Perm.HANDLE_INCIDENTS, Perm.SEE_DIRECTORY, Perm.REVEAL, Perm.ADMIT_HOUSEHOLDS]
RUNNING = [
    *SEEING,
    Perm.HANDLE_INCIDENTS,
    Perm.DISPATCH_INCIDENTS,
    Perm.VERIFY_INCIDENTS,
    Perm.VET_WISHES,
    Perm.SEE_DIRECTORY,
    Perm.REVEAL,
    Perm.ADMIT_HOUSEHOLDS,
    Perm.IMPORT_DIRECTORY,
    Perm.SEE_POINTS,
]

# code, name, scope, permissions, staff
ROLES = [
    (
        "street_officer",
        _("街道干部"),
        "street",
        [*SEEING, Perm.LEAD_STREET, Perm.SEE_DASHBOARD, Perm.HANDLE_INCIDENTS],
        True,
    ),
    (
        "secretary",
        _("社区书记"),
        "community",
        [*RUNNING, Perm.LEAD_COMMUNITY, Perm.MANAGE_POSTS, Perm.SEE_DASHBOARD, Perm.OPERATE],
        True,
    ),
    ("community_staff", _("社区工作者"), "community", [*RUNNING, Perm.LEAD_COMMUNITY, Perm.SEE_DASHBOARD], True),
    ("grid_leader", _("网格长"), "grid", [*WORKING, Perm.LEAD_GRID, Perm.VERIFY_INCIDENTS], True),
    ("grid_worker", _("网格员"), "grid", WORKING, True),
    ("volunteer", _("志愿者"), "community", [Perm.CLAIM_WISHES], False),
    ("party_member", _("党员"), "community", [Perm.CLAIM_WISHES], False),
    ("partner_liaison", _("共建单位联络员"), "partner_unit", [Perm.CLAIM_WISHES], False),
]


def plant() -> None:
    """Create the roles that are not there yet; never overwrites an administrator's edit."""
    from community.access.models import Role

    have = set(Role.objects.values_list("code", flat=True))
    Role.objects.bulk_create(
        Role(code=code, name=name, scope_kind=scope, perms=[perm.value for perm in perms], staff=staff)
        for code, name, scope, perms, staff in ROLES
        if code not in have
    )
