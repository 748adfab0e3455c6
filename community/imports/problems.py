"""What can be wrong with a workbook, as codes; the words are found when somebody reads them, in their language."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# code: (reason, what to do). Parameters are filled in by name.
WORDS: dict[str, tuple[Any, Any]] = {
    # the file
    "extension": (_("只能导入 .xlsx 工作簿。"), _("请在表格软件里“另存为” Excel 工作簿（.xlsx）后再上传。")),
    "extension_text": (
        _("只能导入 .xlsx 工作簿或 .csv 文件。"),
        _("请在表格软件里“另存为” Excel 工作簿（.xlsx）后再上传。"),
    ),
    "not_text": (_("文件内容不是文本（可能是改了后缀的工作簿）。"), _("请把后缀改回 .xlsx 后再上传。")),
    "encoding": (_("认不出文件的文字编码。"), _("请在表格软件里打开，另存为 .xlsx 后再上传。")),
    "old_xls": (_("这是旧版 .xls 文件。"), _("请打开后“另存为” Excel 工作簿（.xlsx）再上传。")),
    "encrypted": (_("文件设了打开密码。"), _("请取消密码、另存后再上传。")),
    "program": (_("这是改了名的程序文件，不是工作簿。"), _("请不要打开它，并重新选择底册文件。")),
    "not_workbook": (
        _("文件内容不是 Excel 工作簿（可能是改了后缀的其他文件）。"),
        _("请用表格软件打开原文件，另存为 .xlsx 后再上传。"),
    ),
    "macros": (_("工作簿带有宏。"), _("请另存为不带宏的 .xlsx 后再上传。")),
    "too_big": (_("文件超过 %(limit)d MB。"), _("请删去图片和无关的工作表后再上传。")),
    "inflates": (_("文件解压后过大，可能有害。"), _("请把数据复制到空白模板里再上传。")),
    "too_many_rows": (_("超过 %(limit)d 行。"), _("请删去空白行，或分成几个文件。")),
    "empty_file": (_("文件是空的。"), _("请重新选择文件。")),
    "damaged": (_("工作簿已损坏，无法读出。"), _("请用表格软件打开、另存后再上传。")),
    # sheets and headers
    "no_sheet": (_("没有认识的工作表，现有：%(found)s。"), _("工作表应名为：%(expected)s。")),
    "no_rows": (_("工作簿里没有一行数据。"), _("请从表头下一行开始填写。")),
    "unknown_sheet": (_("没有名为“%(found)s”的工作表。"), _("是否应为“%(similar)s”？请改名后再上传。")),
    "ignored_sheet": (_("工作表“%(found)s”与底册无关，没有读取。"), _("不需要处理。")),
    "missing_sheet": (_("没有“%(sheet)s”工作表。"), _("这次不更新这部分，不需要处理。")),
    "no_header": (_("找不到表头。"), _("前十行里应有一行是：%(expected)s。")),
    "missing_column": (_("缺少“%(column)s”列。"), _("请补上这一列；其他列不受影响。")),
    "missing_column_similar": (_("缺少“%(column)s”列。"), _("“%(similar)s”列是否就是它？请改成“%(column)s”。")),
    "double_column": (_("“%(column)s”列出现了两次。"), _("请只留一列。")),
    "ignored_column": (_("“%(column)s”列没有用到。"), _("不需要处理。")),
    "closed_grid": (
        _("网格“%(grid)s”已在%(day)s撤销。"),
        _("请改为现在的网格。"),
    ),
    # cells
    "required": (_("必填，现在是空的。"), _("请填写。")),
    "merged": (_("在合并单元格 %(range)s 里，读不出自己的值。"), _("请取消合并，并在每一行填写。")),
    "formula": (_("是公式，没有可读的结果。"), _("请复制这一列，再“选择性粘贴”为数值。")),
    "error_value": (_("单元格显示错误 %(value)s。"), _("请改正公式，或直接填写数值。")),
    "too_long": (_("超过 %(limit)d 个字（现有 %(length)d 个）。"), _("请缩短。")),
    "turned_into_date": (_("被表格软件改成了日期。"), _("请把单元格格式设为“文本”后重填。")),
    "not_number": (_("不是整数。"), _("请只填数字。")),
    "not_decimal": (_("不是数。"), _("请只填数字，例如 68.39。")),
    "out_of_range": (_("应在 %(low)s 到 %(high)s 之间。"), _("请核对。")),
    "not_flag": (_("只能填“是”或“否”。"), _("请改为“是”，或留空。")),
    "not_choice": (_("不在可选范围内。"), _("可填：%(choices)s。")),
    "phone_length": (_("手机号应为 11 位，现有 %(length)d 位。"), _("请核对号码。")),
    "phone": (_("不是有效的电话号码。"), _("请填 11 位手机号，或带区号的座机（0531-88012345）。")),
    "two_phones": (_("一格里有不止一个号码。"), _("请只留一个，其余写在备注。")),
    "not_date": (_("不是认识的日期。"), _("请写成 2024-09-15。")),
    "not_moment": (_("不是认识的日期和时间。"), _("请写成 2025-03-09 14:30。")),
    "moment_range": (_("时间不在 1990 年到现在之间。"), _("请核对。")),
    "not_limit": (_("不是认识的时限。"), _("请写成“5个工作日”“24小时”或“3天”。")),
    "ends_before": (_("早于来电时间。"), _("请核对两个时间。")),
    "rated_before_done": (_("还没有办结时间，却有回访结果或满意度。"), _("请补上办结时间，或清空回访。")),
    "not_month": (_("不是认识的年月。"), _("请写成 1948-09。")),
    "month_unclear": (_("分不清是 1 月还是 10 月（表格软件去掉了末尾的 0）。"), _("请写成 1948-10 或 1948-01。")),
    "date_range": (_("日期不在 1900 年到今天之间。"), _("请核对。")),
    "not_code": (_("应为 %(digits)d 位数字，现有 %(length)d 位。"), _("请核对编码。")),
    # rows and references
    "duplicate": (_("与第 %(row)d 行重复。"), _("请只留一行。")),
    "same_person": (_("与第 %(row)d 行是同一个人。"), _("请只留一行；若是同名的两人，请补上住址或电话。")),
    "foreign_grid": (_("不是本社区的网格编码。"), _("本社区的编码以 %(prefix)s 开头，请核对。")),
    "unknown_grid": (_("没有这个网格。"), _("请先在“网格”表里登记，或核对编码。")),
    "unknown_grid_similar": (_("没有这个网格。"), _("是否应为“%(similar)s”？")),
    "unknown_building": (_("“%(estate)s”没有“%(building)s”。"), _("请先在“楼栋”表里登记。")),
    "unknown_estate": (_("没有“%(estate)s”这个小区。"), _("请先在“楼栋”表里登记它的楼栋。")),
    "unknown_estate_similar": (_("没有“%(estate)s”这个小区。"), _("是否应为“%(similar)s”？")),
    "row_is_wrong": (_("它在“%(sheet)s”表第 %(row)d 行，那一行有错。"), _("改好那一行后一起导入。")),
    "address_form": (_("读不懂这个住址。"), _("请写成“小区-楼栋-单元-户”，例如 毕家洼小区1号楼2单元101。")),
    "unknown_dwelling": (_("底册里没有这个住址。"), _("请核对，或先在“房屋”表里登记。")),
    "who_is_it": (_("住址和电话都没有，认不出是谁。"), _("请至少填一项。")),
    "no_amount": (_("没有金额。"), _("请填金额，或填收入、支出其中一列。")),
    # worth a look, never in the way
    "same_line": (_("与第 %(row)d 行完全相同。"), _("若是同一笔，请删去一行；若确是两笔，不需要处理。")),
    "above_floors": (_("房号在第 %(floor)d 层，楼栋登记为 %(floors)d 层。"), _("请核对房号或层数；不影响导入。")),
    "beyond_units": (_("在第 %(unit)d 单元，楼栋登记为 %(units)d 个单元。"), _("请核对；不影响导入。")),
    "place_unknown": (_("地址没有对上底册里的楼栋。"), _("工单照常导入；补登楼栋后再导入一次，会自动对上。")),
    "declared_dwellings": (_("登记 %(declared)d 户，“房屋”表有 %(found)d 户。"), _("请核对；不影响导入。")),
    "worker_without_phone": (_("没有电话，未登记为人员。"), _("补上电话后再导入即可。")),
    "no_account": (_("该电话的账号未改动，没有任命岗位。"), _("需要时请到“岗位”页面办理。")),
    "joined_young": (_("入党时未满 18 岁。"), _("请核对两个日期；不影响导入。")),
    # the run
    "too_many_findings": (_("问题太多，只列出前 %(limit)d 条。"), _("请先改好这些，再上传一次。")),
    "stopped": (_("处理中断了 %(times)d 次，已停止，没有写入任何数据。"), _("请再上传一次；若仍如此，请联系管理员。")),
    "raced": (_("导入时底册正被别人修改，没有写入任何数据。"), _("请再导入一次。")),
}


class Wrong(Exception):
    """Something in a workbook is not right: ``code`` is a key of WORDS; ``column`` the attribute of the cell."""

    def __init__(self, code: str, *, column: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code, self.column, self.params = code, column, params


class Unreadable(Wrong):
    """The whole file cannot be taken."""


@dataclass(frozen=True)
class Problem:
    """One finding in one place; ``row`` is None for a whole sheet, ``sheet`` empty for the whole workbook."""

    code: str
    params: dict[str, Any]
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    hint: bool = False


def reason(code: str, params: dict[str, Any]) -> str:
    """What is wrong, in the language of the reader."""
    return str(WORDS[code][0]) % params


def advice(code: str, params: dict[str, Any]) -> str:
    """What to do about it, in the language of the reader."""
    return str(WORDS[code][1]) % params


def sentence(wrong: Wrong) -> str:
    return gettext("%(reason)s%(advice)s") % {
        "reason": reason(wrong.code, wrong.params),
        "advice": advice(wrong.code, wrong.params),
    }
