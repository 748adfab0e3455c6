"""What the page says without asking the server: its scripts find these words in the page."""

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    return {
        "states": {
            "planned": _("待开始"),
            "started": _("进行中"),
            "done": _("已走完，等待上报"),
            "missed": _("未完成"),
        },
        "until": _("{at} 前完成"),
        "points": _("检查点 {done}/{all}"),
        "ticked": _("已到"),
        "to_tick": _("到了"),
        "unknown_code": _("这不是本次巡查的检查点二维码。"),
        "scanned": _("已到：{name}"),
        "no_camera": _("没有打开相机，请点检查点右边的“到了”。"),
        "items": {
            "start": _("出发"),
            "tick": _("检查点"),
            "finding": _("发现"),
            "note": _("进展"),
            "finish": _("结束巡查"),
        },
        "marks": {
            "draft": _("草稿"),
            "queued": _("等待上报"),
            "done": _("已上报"),
            "refused": _("要您修改"),
            "conflict": _("要您选择"),
        },
        "troubles": {
            "too_heavy": _("照片太大，这里的网络传不过去。请去掉照片再报，或换个地方再试。"),
            "later": _("系统暂时没能收下这条，会自动再试；记录还在手机里。"),
        },
        "no_category": _("还没选类别"),
        "photos": _("{n} 张照片"),
        "open": _("继续写"),
        "again": _("修改后再报"),
        "without_photos": _("去掉照片再报"),
        "drop": _("删除"),
        "drop_sure": _("删除后找不回来。确定删除这条记录吗？"),
        "see": _("查看"),
        "phone_side": _("手机里"),
        "hub_side": _("系统里"),
        "saved": _("已存到手机"),
        "kept": _("已存好，联网后自动上报"),
        "sent": _("已上报 {n} 条"),
        "need_category": _("请选一类问题。"),
        "need_place": _("请选择楼栋，或写明在哪里。"),
        "need_photo": _("随手解决请附一张处理后的照片。"),
        "too_long": _("超出 {n} 字，请删减后再报；内容已经存好。"),
        "most": _("最多 {n} 张，已为您留下前 {n} 张"),
        "shrinking": _("正在压缩照片…"),
        "heic": _("这张 HEIC 照片在手机上打不开，已按原图存好，上报后可以看到。"),
        "too_big": _("这张照片太大（{n} MB），又不能压缩，没有加进来。请换一张；文字已存好。"),
        "not_a_photo": _("这个文件不是照片，或已损坏，没有加进来。请换一张；文字已存好。"),
        "photo_full": _("手机存储满了：文字已存好，这张照片没能存下。请联网上报或清理手机空间后再加。"),
        "text_full": _("手机存储满了，刚才写的没能存下，请不要关闭本页：先清理手机空间，或联网上报后再试。"),
        "nearly_full": _("手机存储快满了，请尽快联网上报，或清理手机空间。"),
        "no_storage": _("这个浏览器不让本页存东西（可能是无痕模式）。请换普通窗口，否则关掉页面内容会丢。"),
        "login": _("登录已过期。记录都在手机里，重新登录后自动上报。"),
        "other_user": _("手机里的记录属于另一个账号，用那个账号登录后才会上报。"),
        "ready": _("没有网络也能用"),
        "not_ready": _("联网使用"),
        "added": _("已加上当前位置"),
        "other_grid": _("{grid}"),
        "nothing": _("请写一句进展，或附一张照片。"),
    }
