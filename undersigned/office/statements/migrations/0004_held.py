from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0003_drafting"),
    ]

    operations = [
        migrations.AddField(
            model_name="figure",
            name="held",
            field=models.BooleanField(default=False),
        ),
    ]
