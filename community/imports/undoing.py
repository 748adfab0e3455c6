"""Taking an import back: delete what it made, restore what it changed; refused while anything depends on it."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, connection, models
from django.utils.translation import gettext as _

from community.access.grants import sync_grants
from community.access.models import Post
from community.directory.models import User
from community.imports.models.footprint import Footprint, FootprintQuerySet, as_json

if TYPE_CHECKING:
    from community.imports.models.run import ImportRun


class CannotUndo(Exception):
    """Something depends on the import; ``reasons`` are sentences for the person."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(_("；").join(reasons))
        self.reasons = reasons


def take_back(run: "ImportRun") -> None:
    """Must run in a transaction, which CannotUndo rolls back: all or nothing."""
    footprints = Footprint.objects.filter(run=run)
    made = _by_model(footprints.made())
    changed = _by_model(footprints.changed())
    _withdraw_posts(made.pop(Post, {}))
    for model, keeper in run.kind.keepers.items():
        theirs = changed.pop(model, {})
        _refuse_for(_changed_since({model: theirs}))
        _refuse_for(keeper.take_back(run, made.pop(model, {}), theirs))
    _refuse_for(_changed_since(changed))
    for model, rows in changed.items():
        _restore(model, rows)  # first, so that what the import itself pointed elsewhere does not count as a dependant
    _refuse_for([*_used_accounts(made), *_dependants(made)])
    for model, rows in reversed(made.items()):
        # Everything that may point here was looked at above, and the database checks once more.
        queryset = model._base_manager.filter(pk__in=rows)
        queryset._raw_delete(queryset.db)
    _check_references()


def _refuse_for(reasons: list[str]) -> None:
    if reasons:
        raise CannotUndo(reasons)


def _by_model(footprints: FootprintQuerySet) -> dict[type[models.Model], dict[int, Footprint]]:
    found: dict[type[models.Model], dict[int, Footprint]] = {}
    for footprint in footprints:
        found.setdefault(apps.get_model(footprint.model), {})[footprint.object_pk] = footprint
    return found


def _withdraw_posts(rows: dict[int, Footprint]) -> None:
    posts = list(Post.objects.filter(pk__in=rows).select_related("user", "grid"))
    Post.objects.filter(pk__in=rows).delete()
    for post in posts:
        sync_grants(post.user, post.scope)


def _changed_since(changed: dict[type[models.Model], dict[int, Footprint]]) -> list[str]:
    reasons = []
    for model, rows in changed.items():
        objects = model._base_manager.in_bulk(list(rows))
        later = sum(not _as_left(objects.get(pk), footprint) for pk, footprint in rows.items())
        if later:
            words = {"name": model._meta.verbose_name, "count": later}
            reasons.append(_("有 %(count)d 条“%(name)s”在导入之后又被修改或删除。") % words)
    return reasons


def _as_left(instance: models.Model | None, footprint: Footprint) -> bool:
    columns: dict[str, Any] = footprint.after or {}
    return instance is not None and as_json({column: getattr(instance, column) for column in columns}) == columns


def _used_accounts(made: dict[type[models.Model], dict[int, Footprint]]) -> list[str]:
    used = User.objects.filter(pk__in=made.get(User, {})).exclude(last_login=None).count()
    return [_("有 %(count)d 个新建的账号已经登录过。") % {"count": used}] if used else []


def _dependants(made: dict[type[models.Model], dict[int, Footprint]]) -> list[str]:
    """Rows outside this import that point at what it made, whatever deleting would do to them."""
    reasons = []
    for model, rows in made.items():
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ForeignObjectRel) or not hasattr(relation.field, "attname"):
                continue
            count = _pointing(relation, rows, made)
            if count:
                words = {
                    "name": model._meta.verbose_name,
                    "count": count,
                    "other": relation.related_model._meta.verbose_name,
                }
                reasons.append(_("新建的“%(name)s”已被 %(count)d 条“%(other)s”用到。") % words)
    return reasons


def _pointing(
    relation: models.ForeignObjectRel,
    rows: dict[int, Footprint],
    made: dict[type[models.Model], dict[int, Footprint]],
) -> int:
    other: Any = relation.related_model
    if relation.many_to_many or other._meta.proxy or not other._meta.managed:
        return 0
    field: Any = relation.field
    if field.remote_field.parent_link and other._meta.concrete_model is not other:
        return 0
    shadow = getattr(other, "shadows", "")
    if shadow == field.name:
        return 0
    pointing = other._base_manager.filter(**{f"{field.name}__in": list(rows)})
    if shadow:
        pointing = pointing.exclude(
            **{f"{shadow}__in": list(made.get(other._meta.get_field(shadow).related_model, ()))}
        )
    return pointing.exclude(pk__in=list(made.get(other, ()))).count()


def _restore(model: type[models.Model], rows: dict[int, Footprint]) -> None:
    objects = model._base_manager.in_bulk(list(rows))
    columns: set[str] = set()
    for pk, footprint in rows.items():
        for column, value in (footprint.before or {}).items():
            setattr(objects[pk], column, model._meta.get_field(column).to_python(value))  # type: ignore[union-attr]
            columns.add(column)
    names = [field.name for field in model._meta.concrete_fields if field.attname in columns]
    model._default_manager.bulk_create(
        list(objects.values()), update_conflicts=True, unique_fields=["pk"], update_fields=names, batch_size=5_000
    )


def _check_references() -> None:
    """Ask the database now rather than at commit."""
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise CannotUndo([_("还有其他资料用到了这次导入的内容。")]) from error
