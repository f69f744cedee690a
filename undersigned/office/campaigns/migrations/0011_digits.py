"""The digits of a campaign's pages, so that a release of the desk loses none that a file had chosen."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table of choices; empty, nothing is chosen."""

    dependencies = [("campaigns", "0010_without_picture")]

    operations = [migrations.AddField(model_name="campaign", name="digits", field=models.JSONField(default=dict))]
