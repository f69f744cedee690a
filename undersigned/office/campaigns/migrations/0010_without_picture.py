"""Whether somebody has said that a campaign is to have no picture, so that it is offered no more."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the answer."""

    dependencies = [("campaigns", "0009_written")]

    operations = [
        migrations.AddField(model_name="campaign", name="without_picture", field=models.BooleanField(default=False)),
    ]
