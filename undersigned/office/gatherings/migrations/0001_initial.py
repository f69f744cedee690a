import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0003_picture_goals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gathering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("vigil", "Vigil"),
                            ("handover", "Handover"),
                            ("stall", "Stall"),
                            ("meeting", "Meeting"),
                        ],
                        max_length=16,
                    ),
                ),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("zone", models.CharField(max_length=64)),
                ("title", models.JSONField()),
                ("note", models.JSONField(default=dict)),
                ("place", models.JSONField(default=dict)),
                ("contact", models.CharField(max_length=254)),
                ("called_off", models.JSONField(default=dict)),
                ("attendance", models.JSONField(default=dict)),
                ("announced", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="gatherings", to="campaigns.campaign"
                    ),
                ),
            ],
            options={
                "ordering": ("starts", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "slug"), name="gathering_slug"),
                ],
            },
        ),
    ]
