from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0006_embed"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="organisation",
            field=models.JSONField(default=dict),
        ),
    ]
