"""Ready words were the incidents' own; the table moves here, with what it holds, and serves every kind."""

import django.db.models.deletion
from django.db import migrations, models

MOVE = "ALTER TABLE grids_replytemplate RENAME TO cases_replytemplate"
BACK = "ALTER TABLE cases_replytemplate RENAME TO grids_replytemplate"
VERBS = [
    ("progress", "记一笔进展"), ("resolve", "处理完毕"), ("pause", "暂停计时"), ("ask_extension", "申请延期"), ("dispatch", "派遣"),
    ("reject", "核查不通过"), ("follow_up", "回访：已解决"),
]  # fmt: skip


class Migration(migrations.Migration):
    initial = True
    dependencies = [("directory", "0004_placements"), ("grids", "0014_reply_templates")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MOVE, BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="ReplyTemplate",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("verb", models.CharField(choices=VERBS, max_length=20, verbose_name="用在哪一步")),
                        ("title", models.CharField(max_length=20, verbose_name="名称")),
                        (
                            "text",
                            models.TextField(
                                help_text="可用：{编号} {类别} {地点} {承办人} {单位} {日期}", max_length=500, verbose_name="内容"
                            ),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="启用")),
                        (
                            "community",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="reply_templates",
                                to="directory.community", verbose_name="社区",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "回复模板",
                        "verbose_name_plural": "回复模板",
                        "ordering": ["verb", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("community", "verb", "title"), name="reply_template_once",
                                violation_error_message="这一步已有同名的模板。",
                            )
                        ],
                    },
                )
            ],
        )
    ]  # fmt: skip
