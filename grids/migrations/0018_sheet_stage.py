from django.db import migrations, models


class Migration(migrations.Migration):
    """Postgres follows the column's new name into its indexes, so these change in words alone and no row is written."""

    dependencies = [("grids", "0017_recurring_spots")]

    operations = [
        migrations.RenameIndex("sheet", new_name="sheet_by_stage", old_name="sheet_by_status"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("sheet", "sheet_board"),
                migrations.RemoveIndex("sheet", "sheet_by_stage"),
            ]
        ),
        migrations.RenameField("sheet", "status", "stage"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddIndex(
                    "sheet",
                    models.Index(
                        fields=["survey", "grid", "stage"],
                        include=["people", "people_expected", "people_done", "required", "answered"],
                        name="sheet_board",
                    ),
                ),
                migrations.AddIndex(
                    "sheet", models.Index(fields=["survey", "stage", "-id"], name="sheet_by_stage")
                ),
            ]
        ),
    ]
