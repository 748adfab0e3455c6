"""Celery's part in imports: one call each."""

from celery import shared_task

from community.imports.models import ImportRun
from community.imports.models.run import carry_on_all, forget_old


@shared_task(name="imports.carry_on")
def carry_on(run_id: int) -> None:
    ImportRun.objects.get(pk=run_id).carry_on()


@shared_task(name="imports.carry_on_all")
def take_up_lost() -> None:
    carry_on_all()


@shared_task(name="imports.forget_old")
def forget() -> None:
    forget_old()
