"""Street officers command emergencies. Roles are planted once, so those of a hub that runs already are told here.

Whoever holds a street post today gets the grant at once, as ``Role.regrant`` would give it.
"""

from django.db import migrations

ROLE = """
UPDATE access_role SET perms = array_append(perms, 'command_emergency')
WHERE code = 'street_officer' AND NOT 'command_emergency' = ANY (perms)
"""
GRANTS = """
INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)
SELECT DISTINCT post.street_id::text, kind.id, permission.id, post.user_id
FROM access_post post
JOIN access_role role ON role.id = post.role_id AND role.code = 'street_officer'
JOIN django_content_type kind ON kind.app_label = 'directory' AND kind.model = 'street'
JOIN auth_permission permission
    ON permission.content_type_id = kind.id AND permission.codename = 'command_emergency'
WHERE post.street_id IS NOT NULL
  AND current_date BETWEEN post.begins_on AND coalesce(post.ends_on, 'infinity')
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_volunteer_perms"),
        ("guardian", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
