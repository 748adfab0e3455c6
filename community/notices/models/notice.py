"""The outbox: a notice is written with the step that causes it; deliveries leave after commit."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.core.wording import reads_source
from community.core.workflow import NotNow

if TYPE_CHECKING:
    from community.directory.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One message to one person; kept as kind and facts, worded when read, in the reader's language."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("收件人")
    )
    code = models.CharField(_("类型"), max_length=60)
    params = models.JSONField(default=dict)
    case = models.ForeignKey("core.Case", models.CASCADE, null=True, blank=True, related_name="notices")
    occurrence = models.ForeignKey("duties.Occurrence", models.CASCADE, null=True, blank=True, related_name="notices")
    urgent = models.BooleanField(_("紧急"), default=False)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of_recipient"),
            models.Index(fields=["recipient", "-id"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        from community.notices.kinds import kind_of

        return kind_of(self.code).title_for(self.params)

    @property
    def body(self) -> str:
        from community.notices.kinds import kind_of

        return kind_of(self.code).body_for(self.params)

    def worded(self) -> tuple[str, str]:
        """Title and body in the recipient's own language, for channels outside the hub."""
        with override(self.recipient.language):
            if self.case is not None and not reads_source():
                self.name_matter(self.case.concrete.shown_title)
            return self.title, self.body

    def name_matter(self, title: str) -> None:
        """Speak of the matter by this title, where the notice did by the one that is stored."""
        if self.case is not None and self.params.get("title") == self.case.title:
            self.params = {**self.params, "title": title}

    def read(self, *, by: "User", now: datetime) -> None:
        if self.recipient_id == by.pk and self.read_at is None:
            self.read_at = now
            self.save(update_fields=["read_at"])


WAITING = Q(sent_at=None, failed_at=None)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        return self.filter(WAITING, not_before__lte=now)

    def unsent(self) -> Self:
        return self.filter(WAITING)

    def failed(self) -> Self:
        return self.exclude(failed_at=None)


class Delivery(models.Model):
    """A notice on its way out by one channel; ``not_before`` keeps quiet hours and spaces out repeats after errors."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("邮件")
        SMS = "sms", _("短信")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("消息"))
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    address = models.CharField(_("地址"), max_length=254)
    not_before = models.DateTimeField(_("不早于"))
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    failed_at = models.DateTimeField(_("失败时间"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("投递")
        verbose_name_plural = _("投递")
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(failed_at=None), name="delivery_sent_or_failed"),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=WAITING, name="delivery_to_send"),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="delivery_failed"),
        ]

    def retry(self, *, now: datetime) -> None:
        """Hand a delivery that failed back to the outbox. Raises NotNow when it has not failed."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Delivery.objects.select_for_update())
            if self.failed_at is None:
                raise NotNow(_("这条消息已不在失败状态，请刷新后再看。"))
            self.failed_at, self.attempts, self.not_before = None, 0, now
            self.save(update_fields=["failed_at", "attempts", "not_before"])
