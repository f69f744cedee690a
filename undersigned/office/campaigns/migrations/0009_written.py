"""What a release has written, and the file that a text was taken from."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Releases made before are taken for written by the desk, as they were."""

    dependencies = [("campaigns", "0008_review_disposable")]

    operations = [
        migrations.AddField("release", "written", models.JSONField(default=dict)),
        migrations.AddField("revision", "file", models.TextField(blank=True, default=""), preserve_default=False),
    ]
