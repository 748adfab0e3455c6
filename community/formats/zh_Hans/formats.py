"""Chinese: 11月21日（周五）14:30, 2 小时 15 分; the year only when it is not this one."""

DAY_FORMAT = "n月j日（D）"
DAY_YEAR_FORMAT = "Y年n月j日（D）"
MOMENT_FORMAT = "n月j日（D）H:i"
MOMENT_YEAR_FORMAT = "Y年n月j日（D）H:i"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DURATION_UNITS = (("天", "天"), ("小时", "小时"), ("分", "分"))
