"""For whom points can be given in one go, and who is left out: nobody decides about their own."""

from datetime import date

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from community.access.models import Post
from community.directory.models import User
from points.households import with_whom


class Group(models.TextChoices):
    PARTY = "party_member", _("全体党员")
    VOLUNTEERS = "volunteer", _("全体志愿者")


def people_of(group: str, community_id: int, day: date) -> "QuerySet[User]":
    """By the register or by a post, as for who may redeem; whoever has left gets nothing."""
    posted = Post.objects.on(day).filter(role__code=group).values("user")
    known = {Group.PARTY: Q(person__party_member__isnull=False), Group.VOLUNTEERS: Q(person__volunteer__isnull=False)}
    here = User.objects.filter(community=community_id, is_active=True)
    return here.filter(known[Group(group)] | Q(pk__in=posted))


def left_out(*deciders: User | None) -> set[int]:
    """Who proposed, who approved, and who lives with them: theirs is proposed by somebody else, one by one."""
    people = {user.pk for user in deciders if user is not None}
    return people | with_whom(people)
