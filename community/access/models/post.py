"""Roles as data, and posts: a person, a role, a scope, a term."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import leaving
from community.access.grants import Scope, sync_grants
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.directory.models import Community, Grid, PartnerUnit, Street

if TYPE_CHECKING:
    from community.directory.models import User

SCOPES: dict[type[models.Model], str] = {
    Street: "street",
    Community: "community",
    Grid: "grid",
    PartnerUnit: "partner_unit",
}


class Role(models.Model):
    """岗位: what a post of this name permits; an administrator may edit the permissions."""

    class ScopeKind(models.TextChoices):
        STREET = "street", _("街道")
        COMMUNITY = "community", _("社区")
        GRID = "grid", _("网格")
        PARTNER_UNIT = "partner_unit", _("共建单位")

    class Family(models.TextChoices):
        GRID = "grid", _("网格岗位")
        LANE = "lane", _("小巷管家")
        STEWARD = "steward", _("红色管家六类岗位")
        MEMBER = "member", _("红色六员")

    class Slot(models.TextChoices):
        """The places of “1+2+X+N”."""

        WORKER = "1", _("1 名专职网格员")
        PART_TIME = "2", _("2 名兼职网格员")
        DEPARTMENT = "X", _("X 支职能部门力量")
        VOLUNTEER = "N", _("N 名志愿者")

    code = models.SlugField(_("代码"), unique=True)
    name = models.CharField(_("岗位名称"), max_length=40)
    scope_kind = models.CharField(_("范围"), max_length=12, choices=ScopeKind.choices)
    perms = ArrayField(models.CharField(max_length=40, choices=Perm.choices), default=list, verbose_name=_("权限"))
    staff = models.BooleanField(_("工作人员岗位"), default=False, help_text=_("可要求两步验证"))
    family = models.CharField(_("类别"), max_length=10, choices=Family.choices, blank=True)
    slot = models.CharField(_("“1+2+X+N”的位置"), max_length=1, choices=Slot.choices, blank=True)
    level = models.PositiveSmallIntegerField(
        _("五级中的层级"), null=True, blank=True, help_text=_("1 包联社区干部 … 5 红色微网格员")
    )
    per_grid = models.PositiveSmallIntegerField(_("每个居民网格应配人数"), default=0)
    term_months = models.PositiveSmallIntegerField(_("任期（月）"), default=36)
    licensed = models.BooleanField(_("持证上岗"), default=False)
    duties = models.CharField(_("职责"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(_(self.name))

    def regrant(self) -> None:
        """Give and withdraw what an edit of the permissions changed, for every post of this role now held."""
        with transaction.atomic():
            for post in self.posts.on(timezone.localdate()).select_related("user", *SCOPES.values()):
                sync_grants(post.user, post.scope)


class PostQuerySet(models.QuerySet["Post"]):
    def on(self, day: date) -> Self:
        """Posts whose term includes the day."""
        return self.filter(begins_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def standing(self, day: date) -> Self:
        """Terms that run or are still to come."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def ended(self, day: date) -> Self:
        return self.filter(ends_on__lt=day)

    def at(self, scope: Scope) -> Self:
        return self.filter(**{SCOPES[type(scope)]: scope})

    def visible_to(self, user: "User") -> Self:
        found = reach(user, Perm.MANAGE_POSTS)
        below = [found.within(path, None) for path in ("grid__community", "partner_unit__community")]
        return self.filter(Q(user=user) | found.within() | below[0] | below[1])


class DateRange(Func):
    function = "daterange"


class Post(models.Model):
    """任职: beginning or ending it grants or withdraws the role's permissions on its scope (see ``access.grants``)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name=_("人员"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts", verbose_name=_("岗位"))
    street = models.ForeignKey(Street, models.PROTECT, null=True, blank=True, related_name="posts")
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, related_name="posts")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="posts")
    partner_unit = models.ForeignKey(PartnerUnit, models.PROTECT, null=True, blank=True, related_name="posts")
    begins_on = models.DateField(_("任职日期"))
    ends_on = models.DateField(_("届满日期"), null=True, blank=True)
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    Q(street__isnull=False, community=None, grid=None, partner_unit=None)
                    | Q(street=None, community__isnull=False, grid=None, partner_unit=None)
                    | Q(street=None, community=None, grid__isnull=False, partner_unit=None)
                    | Q(street=None, community=None, grid=None, partner_unit__isnull=False)
                ),
                name="post_has_one_scope",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on") - timedelta(days=1)), name="post_term"
            ),
            ExclusionConstraint(
                name="post_terms_do_not_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    *[(Coalesce(F(name), Value(0)), RangeOperators.EQUAL) for name in SCOPES.values()],
                    (DateRange("begins_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                violation_error_message=_("此人在这个范围已有同一岗位，任期不能重叠。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.scope} · {self.role}"

    @property
    def scope(self) -> Scope:
        return next(found for name in SCOPES.values() if (found := getattr(self, name)) is not None)

    def clean(self) -> None:
        if self.role.scope_kind != SCOPES[type(self.scope)]:
            raise ValidationError(_("“%(role)s”不能任命在这个范围。") % {"role": self.role})

    @classmethod
    def begin(
        cls,
        *,
        user: "User",
        role: Role,
        scope: Scope,
        by: "User | None",
        begins_on: date | None = None,
        ends_on: date | None = None,
        decided_by: "User | None" = None,
    ) -> "Post":
        """Appoint; ``by`` None is the hub's own set-up, or what ``decided_by`` settled by a transition table.

        Raises NotYours, ValidationError (overlap, wrong scope).
        """
        if by is not None and not may_appoint(by, scope):
            raise NotYours(_("您不能在%(scope)s任命岗位。") % {"scope": scope})
        post = cls(
            user=user,
            role=role,
            begins_on=begins_on or timezone.localdate(),
            ends_on=ends_on,
            appointed_by=by or decided_by,
            **{SCOPES[type(scope)]: scope},
        )
        with transaction.atomic():
            _one_change_at_a_time(user)
            post.full_clean(exclude=["appointed_by", "ended_by"])
            post.save()
            sync_grants(user, scope)
        return post

    def end(self, *, by: "User | None", on: date | None = None) -> None:
        """End the term with the day before ``on`` (default today), and withdraw what it granted.

        A term that has not begun by then never begins. Raises NotYours, NotNow for a term that ends earlier anyway.
        """
        if by is not None and not may_appoint(by, self.scope):
            raise NotYours(_("您不能在%(scope)s免去岗位。") % {"scope": self.scope})
        last_day = (on or timezone.localdate()) - timedelta(days=1)
        with transaction.atomic():
            _one_change_at_a_time(self.user)
            self.refresh_from_db(fields=["begins_on", "ends_on", "ended_by"])
            if self.ends_on is not None and self.ends_on <= last_day:
                raise NotNow(_("这个任期已经结束。"))
            self.ends_on = max(last_day, self.begins_on - timedelta(days=1))
            self.ended_by = by
            self.save(update_fields=["ends_on", "ended_by"])
            sync_grants(self.user, self.scope)
            if last_day < timezone.localdate():
                leaving.left(self.user)


def _one_change_at_a_time(user: "User") -> None:
    """Appointments of one person queue up, so that overlap and grants are judged on what stands."""
    get_user_model()._base_manager.select_for_update().get(pk=user.pk)


def may_appoint(user: "User", scope: Scope) -> bool:
    """Whether the person manages posts over the scope or over what it lies in."""
    found = reach(user, Perm.MANAGE_POSTS)
    if isinstance(scope, Street):
        return user.is_superuser
    community_id: Any = scope.pk if isinstance(scope, Community) else scope.community_id
    return found.covers(community_id)


def sync_terms(day: date | None = None) -> int:
    """Grant what begins and withdraw what ended since yesterday; the daily job. Returns posts looked at."""
    day = day or timezone.localdate()
    turning = Post.objects.filter(
        Q(begins_on__range=(day - timedelta(days=7), day)) | Q(ends_on__range=(day - timedelta(days=8), day))
    ).select_related("user", *SCOPES.values())
    for post in turning:
        with transaction.atomic():
            sync_grants(post.user, post.scope, day)
            if post.ends_on is not None and post.ends_on < day:
                leaving.left(post.user)
    _leave_disabled(day)
    return len(turning)


def _leave_disabled(day: date) -> None:
    """Disabled otherwise than through the administrator's form: noticed the next night."""
    people = get_user_model().objects.filter(is_active=False, posts__in=Post.objects.standing(day)).distinct()
    for user in people:
        with transaction.atomic():
            leaving.left(user)
