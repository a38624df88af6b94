import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_old_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="NameYear",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "name_id", "year", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.TextField(help_text="The name's model: author, category, site or tag.")),
                ("name_id", models.BigIntegerField()),
                ("year", models.SmallIntegerField()),
                ("post_count", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name="archiveday",
            index=models.Index(
                django.db.models.functions.datetime.ExtractMonth("day"),
                django.db.models.functions.datetime.ExtractDay("day"),
                models.OrderBy(models.F("day"), descending=True),
                name="day_of_any_year",
            ),
        ),
    ]
