"""Whether a campaign has signatures from throw-away addresses looked at; none of those that are there already."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the choice."""

    dependencies = [("campaigns", "0007_organisation")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="review_disposable",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "They wait for somebody’s decision; nobody is refused. People in danger use such addresses too."
                ),
                verbose_name="Look at signatures from throw-away addresses",
            ),
        ),
    ]
