"""One import: a workbook received, checked, applied, and perhaps taken back."""

import hashlib
import uuid
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.directory.models import Community
from community.imports import progress
from community.imports.container import check_container
from community.imports.examining import Examination
from community.imports.models.column_map import ColumnMap
from community.imports.models.finding import Finding
from community.imports.models.footprint import Footprint
from community.imports.planning import Maps, Plan
from community.imports.problems import Problem, Unreadable
from community.imports.reading import open_tables
from community.imports.sheets import Profile, profile_of
from community.imports.undoing import take_back

if TYPE_CHECKING:
    from community.directory.models import User

MAX_ATTEMPTS = 3
# A workbook is full of personal data; it is kept only while somebody may still mend its rows or take it back.
KEPT_DAYS = 30


def private_path(run: "ImportRun", name: str) -> str:
    """Below the media folder, which no address serves; tells nothing about its content."""
    return f"imports/{uuid.uuid4().hex}{PurePath(name).suffix}"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(reach(user, Perm.IMPORT_DIRECTORY).within("community", None))

    def running(self) -> Self:
        return self.filter(status__in=ImportRun.Status.RUNNING_STATES)

    def to_forget(self, now: datetime) -> Self:
        """Runs whose workbook and traces are no longer needed for mending or undoing."""
        done = self.exclude(status__in=ImportRun.Status.RUNNING_STATES).exclude(file="")
        return done.filter(received_at__lt=now - timedelta(days=KEPT_DAYS))

    def last_applied(self, community: Community, profile: str) -> "ImportRun | None":
        done = self.filter(community=community, profile=profile, status=ImportRun.Status.APPLIED)
        return done.order_by("-applied_at", "-pk").first()


class ImportRun(models.Model):
    """Status is changed by the verbs alone. ``summary`` holds a list of ``examining.Summary`` as JSON."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("正在检查")
        REFUSED = "refused", _("无法读取")
        CHECKED = "checked", _("待确认")
        APPLYING = "applying", _("正在导入")
        APPLIED = "applied", _("已导入")
        UNDONE = "undone", _("已撤销")
        STOPPED = "stopped", _("已停止")

        RUNNING_STATES: ClassVar[frozenset[str]]

    class Mode(models.TextChoices):
        ALL_OR_NOTHING = "all_or_nothing", _("全部正确才导入")
        GOOD_ROWS = "good_rows", _("先导入正确的行")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("社区"))
    profile = models.CharField(_("底册类型"), max_length=20, default="base")
    file = models.FileField(_("文件"), upload_to=private_path)
    filename = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.RECEIVED)
    mode = models.CharField(_("方式"), max_length=20, choices=Mode.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    summary = models.JSONField(default=list)
    errors = models.PositiveIntegerField(_("错误"), default=0)
    hints = models.PositiveIntegerField(_("提醒"), default=0)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("上传人")
    )
    received_at = models.DateTimeField(_("上传时间"))
    checked_at = models.DateTimeField(_("检查时间"), null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("导入人")
    )
    applied_at = models.DateTimeField(_("导入时间"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人")
    )
    undone_at = models.DateTimeField(_("撤销时间"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(status__in=["received", "applying"]), name="import_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) ^ Q(status__in=["applied", "undone"]), name="import_applied_when"
            ),
            models.CheckConstraint(condition=Q(undone_at=None) ^ Q(status="undone"), name="import_undone_when"),
        ]
        indexes = [models.Index(fields=["community", "-id"], name="import_of_community")]

    def __str__(self) -> str:
        return self.filename

    @property
    def kind(self) -> Profile:
        return profile_of(self.profile)

    @property
    def may_map(self) -> bool:
        """Whether somebody may still say what its columns mean: what has one sheet, checked and not yet imported."""
        return self.status == self.Status.CHECKED and bool(self.file) and self.kind.takes_text

    @property
    def source_name(self) -> str:
        return self.filename.rpartition(".")[0][:60]

    @property
    def maps(self) -> Maps:
        """What was said of the columns of this community's foreign sources."""
        return ColumnMap.objects.maps(self.community_id, self.profile)

    @property
    def is_running(self) -> bool:
        return self.status in self.Status.RUNNING_STATES

    @classmethod
    def receive(
        cls,
        file: IO[bytes],
        *,
        name: str,
        community: Community,
        by: "User | None",
        now: datetime | None = None,
        profile: str = "base",
    ) -> "ImportRun":
        """Take a workbook in; ``by`` None is the hub itself. Raises Unreadable, NotYours, NotNow (one is running)."""
        if by is not None and not reach(by, Perm.IMPORT_DIRECTORY).covers(community.pk):
            raise NotYours(_("您不能向这个社区导入底册。"))
        check_container(file, name, text=profile_of(profile).takes_text)
        content = file.read()
        run = cls(
            community=community,
            profile=profile,
            filename=PurePath(name).name[:200],
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            received_by=by,
            received_at=now or timezone.now(),
        )
        run._refuse_second()
        kept_as = "text.csv" if PurePath(name).suffix.lower() == ".csv" else "workbook.xlsx"
        run.file.save(kept_as, ContentFile(content), save=False)
        run._save_running()
        return run

    def _refuse_second(self) -> None:
        if ImportRun.objects.running().filter(community=self.community).exclude(pk=self.pk).exists():
            raise NotNow(_("这个社区有一次导入正在进行，请等它结束。"))

    def _save_running(self) -> None:
        """The database decides who was first."""
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError as error:
            raise NotNow(_("这个社区有一次导入正在进行，请等它结束。")) from error

    def examine(self, *, now: datetime | None = None) -> "ImportRun":
        """Read the workbook, write nothing but the findings. Ends in CHECKED or REFUSED."""
        with transaction.atomic():
            self._lock(self.Status.RECEIVED)
            now = now or timezone.now()
            examination = self._examined(self.received_by, now)
            self._keep(examination, now)
            self.save()
        return self

    def map_columns(
        self, columns: dict[str, str], *, signature: str, source: str, by: "User | None", now: datetime | None = None
    ) -> "ImportRun":
        """Say what the columns of this source mean, for this file and the next; the check is then due again."""
        if by is not None and not reach(by, Perm.IMPORT_DIRECTORY).covers(self.community_id):
            raise NotYours(_("您不能向这个社区导入底册。"))
        now = now or timezone.now()
        with transaction.atomic():
            self._lock(self.Status.CHECKED)
            if not self.file:
                raise NotNow(_("文件已过 %(days)d 天保留期，请重新上传。") % {"days": KEPT_DAYS})
            self._refuse_second()
            ColumnMap.remember(
                community_id=self.community_id, profile=self.profile, signature=signature, source=source,
                columns=columns, by=by, now=now,
            )  # fmt: skip
            self.status, self.attempts = self.Status.RECEIVED, 0
            self._save_running()
        return self

    def order(self, *, mode: str, by: "User | None", now: datetime | None = None) -> "ImportRun":
        """Decide to import; the work itself is ``apply``, done by a worker. Raises NotNow, NotYours."""
        if by is not None and not reach(by, Perm.IMPORT_DIRECTORY).covers(self.community_id):
            raise NotYours(_("您不能向这个社区导入底册。"))
        with transaction.atomic():
            self._lock(self.Status.CHECKED)
            if not self.file:
                raise NotNow(_("文件已过 %(days)d 天保留期，请重新上传。") % {"days": KEPT_DAYS})
            if mode == self.Mode.ALL_OR_NOTHING and self.errors:
                raise NotNow(_("还有 %(count)d 处错误。请改好后重新上传，或先导入正确的行。") % {"count": self.errors})
            self._refuse_second()
            self.mode, self.applied_by, self.attempts = self.Mode(mode), by, 0
            self.status = self.Status.APPLYING
            self._save_running()
        return self

    def apply(self, *, now: datetime | None = None) -> "ImportRun":
        """Write the workbook into the directory: one transaction, all of it or (``mode``) its good rows.

        The directory may have changed since the check, so everything is looked at afresh; new errors send an
        all-or-nothing import back to CHECKED.
        """
        with transaction.atomic():
            self._lock(self.Status.APPLYING)
            now = now or timezone.now()
            # One writer of a community's directory at a time; foreign keys to it are not held up.
            Community.objects.select_for_update(no_key=True).get(pk=self.community_id)
            examination = self._examined(self.applied_by, now)
            self._keep(examination, now)
            if examination is not None and not (self.errors and self.mode == self.Mode.ALL_OR_NOTHING):
                self._write(examination, now)
            self.save()
        return self

    def _write(self, examination: Examination, now: datetime) -> None:
        drafts = examination.plan.write(lambda done, total: progress.tell(self.pk, "write", done, total))
        Footprint.leave(self, drafts)
        self.status, self.applied_at = self.Status.APPLIED, now

    def carry_on(self, *, now: datetime | None = None) -> "ImportRun":
        """Do what is due: check or apply. Safe to call twice, at once, or after a worker was killed in the middle."""
        if not self._attempt():
            return self
        try:
            if self.status == self.Status.RECEIVED:
                self.examine(now=now)
            elif self.status == self.Status.APPLYING:
                self.apply(now=now)
        except NotNow:
            pass  # another worker did it while this one waited for the row
        except IntegrityError:
            self._back_to_checked()
        return self

    def _attempt(self) -> bool:
        """Count the attempt before it is made: a workbook that kills its worker is given up after three."""
        with transaction.atomic():
            found = ImportRun.objects.running().select_for_update(skip_locked=True).filter(pk=self.pk).first()
            if found is None:
                return False
            self.refresh_from_db()
            self.attempts += 1
            if self.attempts > MAX_ATTEMPTS:
                self.status = self.Status.STOPPED
                Finding.replace(self, [Problem("stopped", {"times": MAX_ATTEMPTS})])
            self.save(update_fields=["attempts", "status"])
        return self.status != self.Status.STOPPED

    def _back_to_checked(self) -> None:
        """Somebody wrote the same building or person in the meantime; nothing of ours was kept."""
        with transaction.atomic():
            self._lock(self.Status.APPLYING)
            self.status, self.errors = self.Status.CHECKED, 1
            Finding.replace(self, [Problem("raced", {})])
            self.save(update_fields=["status", "errors"])

    def undo(self, *, by: "User | None", now: datetime | None = None) -> "ImportRun":
        """Take the community's last import back. Raises NotNow, NotYours, CannotUndo (something depends on it)."""
        if by is not None and not reach(by, Perm.IMPORT_DIRECTORY).covers(self.community_id):
            raise NotYours(_("您不能撤销这次导入。"))
        with transaction.atomic():
            Community.objects.select_for_update(no_key=True).get(pk=self.community_id)
            self._lock(self.Status.APPLIED)
            if not self.is_last:
                raise NotNow(_("只能撤销最近一次导入；这之后又导入过。"))
            if not self.file:
                raise NotNow(_("这次导入已超过 %(days)d 天，不能再撤销。") % {"days": KEPT_DAYS})
            take_back(self)
            self.status, self.undone_by, self.undone_at = self.Status.UNDONE, by, now or timezone.now()
            self.save(update_fields=["status", "undone_by", "undone_at"])
        return self

    @property
    def is_last(self) -> bool:
        """Whether no later import of the community stands on this one."""
        return ImportRun.objects.last_applied(self.community, self.profile) == self

    @property
    def may_undo(self) -> bool:
        return self.status == self.Status.APPLIED and bool(self.file) and self.is_last

    def forget(self) -> None:
        """Delete the workbook, the findings (they quote it) and the old values; the counts stay."""
        file, storage = self.file.name or "", self.file.storage
        with transaction.atomic():
            self.findings.all().delete()
            self.footprints.all().delete()
            self.file = ""
            self.summary = [{**sheet, "sample": []} for sheet in self.summary]
            self.save(update_fields=["file", "summary"])
            transaction.on_commit(lambda: storage.delete(file))

    def _lock(self, expected: str) -> None:
        self.refresh_from_db(from_queryset=ImportRun.objects.select_for_update())
        if self.status != expected:
            raise NotNow(
                _("现在不能这样做：状态已是“%(state)s”，请刷新后再看。") % {"state": self.get_status_display()}
            )

    def _examined(self, by: "User | None", now: datetime) -> Examination | None:
        """The examination, or None with a finding that says why the workbook cannot be read."""
        plan = Plan(self.kind, self.community, by=by, now=now, maps=self.maps)
        examination = Examination(plan, lambda done, total: progress.tell(self.pk, "read", done, total))
        try:
            with self.file.open("rb") as file, open_tables(file) as tables:
                examination.run(tables)
        except Unreadable as unreadable:
            problem = Problem(unreadable.code, unreadable.params)
            Finding.replace(self, [*examination.problems, problem])
            return None
        return examination

    def _keep(self, examination: Examination | None, now: datetime) -> None:
        self.checked_at = now
        if examination is None:
            self.status, self.errors, self.summary = self.Status.REFUSED, 1, []
            return
        Finding.replace(self, examination.problems)
        self.status = self.Status.CHECKED
        self.summary = [summary.as_json() for summary in examination.summaries]
        self.errors = examination.errors
        self.hints = len(examination.problems) - examination.errors


ImportRun.Status.RUNNING_STATES = frozenset([ImportRun.Status.RECEIVED, ImportRun.Status.APPLYING])


def carry_on_all(now: datetime | None = None) -> int:
    """Take up imports whose worker was lost: whoever works on one holds its row, so the free ones are nobody's."""
    waiting = list(ImportRun.objects.running().order_by("pk"))
    for run in waiting:
        run.carry_on(now=now)
    return len(waiting)


def forget_old(now: datetime | None = None) -> int:
    """The daily job of forgetting; returns how many imports were forgotten."""
    old = list(ImportRun.objects.to_forget(now or timezone.now()))
    for run in old:
        run.forget()
    return len(old)
