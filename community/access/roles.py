"""The roles a hub starts with; planted once, then an administrator's to edit."""

from collections.abc import Collection

from django.utils.translation import gettext_noop as _

from community.core.perms import Perm

SEEING = [Perm.SEE_CASES]
WORKING = [*SEEING, Perm.PATROL, Perm.HANDLE_INCIDENTS, Perm.SEE_DIRECTORY, Perm.REVEAL, Perm.ADMIT_HOUSEHOLDS]
SURVEYING = [Perm.FILL_SURVEYS]
COMMANDING = [Perm.COMMAND_EMERGENCY, Perm.RUN_SURVEYS]
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
    Perm.MANAGE_POINTS,
    Perm.RUN_REDEMPTION,
    Perm.RUN_VOLUNTEERS,
    Perm.RUN_FUND,
    Perm.APPROVE_FUND,
]

# code, name, scope, permissions, staff
ROLES = [
    (
        "street_officer",
        _("街道干部"),
        "street",
        [*SEEING, Perm.LEAD_STREET, Perm.SEE_DASHBOARD, Perm.HANDLE_INCIDENTS, Perm.COMMAND_EMERGENCY],
        True,
    ),
    (
        "secretary",
        _("社区书记"),
        "community",
        [
            *RUNNING,
            *COMMANDING,
            Perm.LEAD_COMMUNITY,
            Perm.MANAGE_POSTS,
            Perm.SEE_DASHBOARD,
            Perm.OPERATE,
            Perm.LEAD_MEDIATION,
            Perm.EXPORT_SURVEYS,
        ],
        True,
    ),
    (
        "community_staff",
        _("社区工作者"),
        "community",
        [*RUNNING, *COMMANDING, Perm.LEAD_COMMUNITY, Perm.SEE_DASHBOARD],
        True,
    ),
    ("grid_leader", _("网格长"), "grid", [*WORKING, *SURVEYING, Perm.LEAD_GRID, Perm.VERIFY_INCIDENTS], True),
    ("grid_worker", _("网格员"), "grid", [*WORKING, *SURVEYING], True),
    ("mediator", _("人民调解员"), "community", [Perm.MEDIATE], True),
    ("fund_accountant", _("基金会计"), "community", [Perm.RUN_FUND], True),
    ("supervisor", _("居务监督员"), "community", [Perm.APPROVE_FUND], False),
    ("volunteer", _("志愿者"), "community", [Perm.CLAIM_WISHES], False),
    ("party_member", _("党员"), "community", [Perm.CLAIM_WISHES], False),
    (
        "partner_liaison",
        _("共建单位联络员"),
        "partner_unit",
        [Perm.CLAIM_WISHES, Perm.HANDLE_FOR_UNIT, Perm.HAND_OUT],
        False,
    ),
]


def plant(new_perms: Collection[str] = ()) -> None:
    """Create the roles that are not there yet, and give roles what a newer hub knows (``new_perms``) as listed above.

    Never overwrites an administrator's edit: nobody can have decided about a permission that was not there.
    """
    from community.access.models import Role

    known = {role.code: role for role in Role.objects.all()}
    Role.objects.bulk_create(
        Role(code=code, name=name, scope_kind=scope, perms=[perm.value for perm in perms], staff=staff)
        for code, name, scope, perms, staff in ROLES
        if code not in known
    )
    for code, _name, _scope, perms, _staff in ROLES:
        added = [perm.value for perm in perms if perm in new_perms]
        if code in known and not set(added) <= set(known[code].perms):
            known[code].perms = list(dict.fromkeys([*known[code].perms, *added]))
            known[code].save(update_fields=["perms"])
            known[code].regrant()
