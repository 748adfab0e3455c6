"""What the columns of a foreign source mean, said once and remembered for the next file with the same header line."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.imports.planning import Maps
from community.imports.sheets import Profile, profile_of

if TYPE_CHECKING:
    from community.directory.models import Community, User


class ColumnMapQuerySet(models.QuerySet["ColumnMap"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(reach(user, Perm.IMPORT_DIRECTORY).within("community", None))

    def maps(self, community: "Community | int", profile: str) -> Maps:
        """By signature of the header line; one query."""
        rows = self.filter(community=community, profile=profile)
        return dict(rows.values_list("signature", "columns"))


class ColumnMap(models.Model):
    """``columns`` is {plain title: name of a cell}; an empty name means that the column is left out."""

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="column_maps", verbose_name=_("社区")
    )
    profile = models.CharField(_("底册类型"), max_length=20)
    signature = models.CharField(max_length=64)
    source = models.CharField(_("来源名称"), max_length=60)
    columns = models.JSONField(default=dict)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(_("设定时间"))

    objects = ColumnMapQuerySet.as_manager()

    class Meta:
        verbose_name = _("列对应")
        verbose_name_plural = _("列对应")
        constraints = [models.UniqueConstraint(fields=["community", "profile", "signature"], name="column_map_once")]

    def __str__(self) -> str:
        return self.source

    @property
    def kind(self) -> Profile:
        return profile_of(self.profile)

    @property
    def told(self) -> "list[tuple[str, str]]":
        """What each column of the source means here; an empty meaning is a column left out."""
        cells = self.kind.sheets[0].cells
        return [(title, cells[name].header if name in cells else "") for title, name in self.columns.items()]

    @classmethod
    def remember(
        cls,
        *,
        community_id: int,
        profile: str,
        signature: str,
        source: str,
        columns: dict[str, str],
        by: "User | None",
        now: datetime,
    ) -> "ColumnMap":
        """Say it, or say it anew."""
        said: dict[str, Any] = {"source": source[:60], "columns": columns, "set_by": by, "set_at": now}
        where: dict[str, Any] = {"community_id": community_id, "profile": profile, "signature": signature}
        return cls.objects.update_or_create(said, **where)[0]
