"""The starting rule names its event as the registry does."""

from django.db import migrations

STEPS = ["wish.confirm", "wish.close_unconfirmed"]


def by_name(apps, schema_editor):
    apps.get_model("points", "PointRule").objects.filter(events=STEPS).update(events=["wish.granted"])


def by_steps(apps, schema_editor):
    apps.get_model("points", "PointRule").objects.filter(events=["wish.granted"]).update(events=STEPS)


class Migration(migrations.Migration):
    dependencies = [("points", "0009_rules_and_recognition")]
    operations = [migrations.RunPython(by_name, by_steps)]
