from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0004_held"),
    ]

    operations = [
        migrations.AddField("statement", "photos", models.JSONField(default=list)),
        migrations.AddField("statement", "removed", models.JSONField(default=list)),
        migrations.AddField("published", "pictures", models.JSONField(default=list)),
    ]
