"""Photos that belong to a case or a duty; shown only to those who may see it."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.core.models.moving import Moving
    from community.core.photos import CleanPhoto
    from community.directory.models import User


def photo_path(attachment: "Attachment", name: str) -> str:
    """A path that tells nothing about the case or the person."""
    return f"photos/{attachment.key.hex[:2]}/{attachment.key.hex}-{name}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def reported(self) -> Self:
        return self.filter(purpose=Attachment.Purpose.REPORT)

    def evidence(self) -> Self:
        return self.filter(purpose=Attachment.Purpose.EVIDENCE)

    def attach(
        self, matter: "Moving", photos: "Iterable[CleanPhoto]", *, by: "User | None", now: datetime, purpose: str
    ) -> "list[Attachment]":
        """Keep already cleaned photos with a case or duty; called inside the verb that brings them."""
        return [self._attach(matter, photo, by, now, purpose) for photo in photos]

    def _attach(
        self, matter: "Moving", photo: "CleanPhoto", by: "User | None", now: datetime, purpose: str
    ) -> "Attachment":
        found = Attachment(
            **{"case_id" if hasattr(matter, "number") else "occurrence_id": matter.pk},
            purpose=purpose,
            added_by=by,
            added_at=now,
            sha256=photo.sha256,
            width=photo.width,
            height=photo.height,
        )
        found.image.save("full.jpg", ContentFile(photo.full), save=False)
        found.thumbnail.save("thumb.jpg", ContentFile(photo.thumbnail), save=False)
        found.save()
        return found


class Attachment(models.Model):
    """One photo, re-encoded as JPEG without metadata, with a thumbnail."""

    class Purpose(models.TextChoices):
        REPORT = "report", _("反映")
        EVIDENCE = "evidence", _("办理凭证")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        "core.Case", models.CASCADE, null=True, blank=True, related_name="attachments", verbose_name=_("事项")
    )
    occurrence = models.ForeignKey(
        "duties.Occurrence", models.CASCADE, null=True, blank=True, related_name="attachments", verbose_name=_("任务")
    )
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose.choices)
    image = models.ImageField(_("照片"), upload_to=photo_path)
    thumbnail = models.ImageField(_("缩略图"), upload_to=photo_path)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("上传时间"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, occurrence=None) | Q(case=None, occurrence__isnull=False),
                name="attachment_of_one",
            )
        ]

    @property
    def url(self) -> str:
        return reverse(f"{self._owner}:photo", args=[self.key, "full"])

    @property
    def thumbnail_url(self) -> str:
        return reverse(f"{self._owner}:photo", args=[self.key, "thumb"])

    @property
    def _owner(self) -> str:
        return "cases" if self.case_id else "duties"
