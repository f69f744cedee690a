"""What was done to somebody is found as quickly as what they did."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the index by subject."""

    dependencies = [("trail", "0001_initial")]

    operations = [
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["subject"], name="trail_of_subject")),
    ]
