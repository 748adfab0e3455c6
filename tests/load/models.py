"""The table that the bare view inserts into; made by ``bases``, not by a migration."""

from typing import ClassVar

from django.db import models


class Bare(models.Model):
    text = models.CharField(max_length=100)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Bare"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "bench_bare"
        app_label = "load"

    def __str__(self) -> str:
        return self.text
