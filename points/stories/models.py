"""A story about a member; nothing of it is shown before they agree, nor after they change their mind."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from points.apart import manages
from points.showing import NameAs, named

if TYPE_CHECKING:
    from community.directory.models import Community, User

ASKED = NoticeKind("story.asked", _("社区想讲讲您的故事：%(title)s"), body=_("同意了才会公开，在“邻里赞”里可以先看。"))


class StoryQuerySet(models.QuerySet["Story"]):
    def showing(self) -> Self:
        """Agreed to, not taken back, of people who are still with us here."""
        here = self.filter(about__is_active=True, about__community=F("community"))
        return here.filter(agreed_at__isnull=False, ended_at=None)

    def visible_to(self, user: "User") -> Self:
        """What is shown in one's community, what is told of oneself, and what one wrote for those who manage points."""
        shown = Q(pk__in=self.showing().filter(community=user.community_id).values("pk"))
        return self.filter(shown | Q(about=user) | reach(user, Perm.MANAGE_POINTS).within(grid=None))


class Story(models.Model):
    """``ended_at`` is when the member took it back or the community took it down; it does not come back."""

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stories", verbose_name=_("讲谁"))
    title = models.CharField(_("标题"), max_length=40)
    words = models.TextField(_("故事"), max_length=2000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("撰写"))
    written_at = models.DateTimeField(_("撰写时间"))
    name_as = models.CharField(_("名字怎么写"), max_length=10, choices=NameAs.choices, blank=True)
    nickname = models.CharField(_("昵称"), max_length=20, blank=True)
    agreed_at = models.DateTimeField(_("本人同意时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    request_key = models.UUIDField(null=True, editable=False)

    objects: ClassVar = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("邻里故事")
        verbose_name_plural = _("邻里故事")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_at=None) | ~Q(name_as=""), name="story_agreed_with_a_name"
            ),
            models.CheckConstraint(condition=~Q(name_as="nickname") | ~Q(nickname=""), name="story_by_nickname_has_one"),
            models.UniqueConstraint(fields=["written_by", "request_key"], name="story_request_once"),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["community", "-id"], condition=Q(agreed_at__isnull=False, ended_at=None), name="story_showing"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def write(
        cls, *, by: "User", community: "Community", about: "User", title: str, words: str,
        now: datetime | None = None, request_key: UUID | None = None,
    ) -> "Story":  # fmt: skip
        """Who manages points writes it down; the member is asked, once for each request. Raises NotYours, ValidationError."""
        now = now or timezone.now()
        if not manages(by, community.pk):
            raise NotYours(_("您不能在这个社区写邻里故事。"))
        if about.community_id != community.pk or not about.is_active:
            raise ValidationError({"about": _("此人不是本社区的在用账号。")})
        facts = {
            "community": community,
            "about": about,
            "title": title.strip(),
            "words": words.strip(),
            "written_at": now,
        }
        with transaction.atomic():
            # Sent twice at the same moment: the second waits for the first and finds its row.
            story, new = cls.objects.get_or_create(written_by=by, request_key=request_key or uuid4(), defaults=facts)
            if new:
                queue(ASKED, [about], now=now, params={"title": story.title})
        return story

    def agree(self, *, by: "User", name_as: str, nickname: str = "", now: datetime | None = None) -> None:
        """The member's word, and how to be named. Raises NotYours, NotNow after it was taken back, ValidationError."""
        if by.pk != self.about_id:
            raise NotYours(_("只有本人能决定。"))
        if self.ended_at is not None:
            raise NotNow(_("这个故事已经收回。"))
        if name_as not in NameAs.values or (name_as == NameAs.NICKNAME and not nickname.strip()):
            raise ValidationError({"nickname": _("请写一个昵称。")})
        self.name_as, self.nickname, self.agreed_at = name_as, nickname.strip(), now or timezone.now()
        self.save(update_fields=["name_as", "nickname", "agreed_at"])

    def end(self, *, by: "User", now: datetime | None = None) -> None:
        """The member takes it back, or the community takes it down; once is for good."""
        if by.pk != self.about_id and not manages(by, self.community_id):
            raise NotYours(_("只有本人能决定。"))
        self.ended_at = self.ended_at or now or timezone.now()
        self.save(update_fields=["ended_at"])

    @property
    def shown_name(self) -> str:
        return named(self.about, self.name_as, self.nickname)
