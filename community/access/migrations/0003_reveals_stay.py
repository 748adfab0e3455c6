"""Who looked at whom is append-only, as the timeline is: the database itself refuses to change or delete a look."""

from django.db import migrations

GUARD = """
CREATE TRIGGER reveal_append_only BEFORE UPDATE OR DELETE ON access_reveal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_initial"), ("core", "0003_append_only")]
    operations = [migrations.RunSQL(GUARD, "DROP TRIGGER reveal_append_only ON access_reveal;")]
