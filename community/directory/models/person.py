"""A natural person whom a community knows, with or without an account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.directory.models.building import Dwelling
from community.directory.models.places import Community


class Person(models.Model):
    """居民或工作人员; ``phone`` holds eleven digits, ``birth_month`` the first day of the month of birth."""

    class Gender(models.TextChoices):
        UNKNOWN = "", _("未知")
        MALE = "m", _("男")
        FEMALE = "f", _("女")

    community = models.ForeignKey(Community, models.PROTECT, related_name="people", verbose_name=_("社区"))
    dwelling = models.ForeignKey(
        Dwelling, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("房屋")
    )
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    gender = models.CharField(_("性别"), max_length=1, choices=Gender.choices, blank=True, default=Gender.UNKNOWN)
    birth_month = models.DateField(_("出生年月"), null=True, blank=True)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["community", "name"], name="person_by_name"),
            models.Index(fields=["community", "phone"], name="person_by_phone"),
        ]

    def __str__(self) -> str:
        return self.name
