"""Half a spot is none: what the old constraint let pass is forgotten before the new one refuses it."""

from django.db import migrations, models


MEND = """
UPDATE grids_incident SET spot_lat = NULL, spot_lng = NULL WHERE (spot_lat IS NULL) <> (spot_lng IS NULL)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0019_receipts_keep_the_choice'),
    ]

    operations = [
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='incident',
            name='incident_spot_pair',
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('spot_lat', None), ('spot_lng', None)), models.Q(('spot_lat__isnull', False), ('spot_lat__range', (-90, 90)), ('spot_lng__isnull', False), ('spot_lng__range', (-180, 180))), _connector='OR'), name='incident_spot_pair'),
        ),
    ]
