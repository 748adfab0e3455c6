"""Ready words serve every kind of matter: their table lives with the cases now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_ready_words_for_every_kind"), ("grids", "0020_spots_have_both_parts")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("ReplyTemplate")])]
