"""The words by which a telling is known for what it is: written down for each category, and learnt from the community."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models.category import Category


class Keyword(models.Model):
    """关键词: an administrator edits them; ``weight`` says how sure the word makes us (1 a hint, 5 certain)."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="keywords", verbose_name=_("事件类别"))
    word = models.CharField(_("关键词"), max_length=20)
    weight = models.PositiveSmallIntegerField(_("分量"), default=2)

    class Meta:
        verbose_name = _("类别关键词")
        verbose_name_plural = _("类别关键词")
        ordering = ["category", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["category", "word"], name="keyword_once_per_category"),
            models.CheckConstraint(condition=Q(weight__range=(1, 5)), name="keyword_weight"),
        ]

    def __str__(self) -> str:
        return self.word


class LearntWordQuerySet(models.QuerySet["LearntWord"]):
    def told_in(self, community_id: int, words: list[str]) -> Self:
        return self.filter(community=community_id, word__in=words)


class LearntWord(models.Model):
    """How often a word stood in the community's past incidents of a category; counted anew every night."""

    community = models.ForeignKey("directory.Community", models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    word = models.CharField(max_length=20)
    seen = models.PositiveIntegerField()

    objects: ClassVar = LearntWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("学到的词")
        verbose_name_plural = _("学到的词")
        constraints = [models.UniqueConstraint(fields=["community", "word", "category"], name="learnt_word_once")]

    def __str__(self) -> str:
        return f"{self.word} {self.seen}"


def plant() -> None:
    """Give its words to every category that has none; what an administrator has edited stays."""
    from grids.suggesting.seed import WORDS

    bare = Category.objects.filter(keywords=None)
    Keyword.objects.bulk_create(
        Keyword(category=category, word=word, weight=weight)
        for category in bare
        for word, weight in WORDS.get((category.code, category.variant), {}).items()
    )
