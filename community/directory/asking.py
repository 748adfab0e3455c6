"""What forms ask of the directory again and again: which community, and whose account is meant."""

from typing import cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community.core.reach import reach
from community.directory.models import Community, User
from community.directory.phones import phone_or_none


def communities_where(user: User, *perms: str) -> QuerySet[Community]:
    """Those in which ``user`` holds any of ``perms``, in the order in which they were founded."""
    return Community.objects.filter(pk__in=_places(user, perms)).order_by("pk")


def ask_community(form: forms.BaseForm, user: User, *perms: str) -> None:
    """Let the form's ``community`` be chosen among these; who works for a single one is not asked."""
    field = cast("forms.ModelChoiceField[Community]", form.fields["community"])
    field.queryset = communities_where(user, *perms)
    if len(places := _places(user, perms)) == 1:
        field.initial, field.widget = next(iter(places)), forms.HiddenInput()


def account_named(
    form: forms.BaseForm, field: str, community: Community | None, words: str, *, ended: bool = False
) -> User | None:
    """Whose mobile number or account name ``words`` are, in ``community``; the form says beside ``field`` if nobody's.

    Accounts that were ended are found where ``ended`` is true only.
    """
    words = words.strip()
    if community is None or not words:
        return None
    here = User.objects.filter(Q(phone=phone_or_none(words) or words) | Q(username=words), community=community)
    found = (here if ended else here.filter(is_active=True)).first()
    if found is None:
        form.add_error(field, _("本社区没有这个手机号或账号名。"))
    return found


def _places(user: User, perms: tuple[str, ...]) -> frozenset[int]:
    return frozenset[int]().union(*(reach(user, perm).communities for perm in perms))
