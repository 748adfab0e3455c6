"""Masking by default (domain rules, table D): what the public and most staff see of personal data."""

import re

# Two-character family names that would otherwise be cut in half.
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "司空",
        "夏侯",
        "端木",
        "百里",
        "呼延",
        "南宫",
        "轩辕",
        "钟离",
        "独孤",
    ]
)


def mask_name(name: str) -> str:
    """张三丰 → 张**, 欧阳锋 → 欧阳*; at least one star, so that a bare family name tells nothing more."""
    name = name.strip()
    kept = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    return kept + "*" * max(1, len(name) - len(kept)) if name else ""


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678; anything shorter keeps only its last two digits."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= 11:
        local = digits[-11:]
        return f"{local[:3]}****{local[-4:]}"
    return "*" * max(0, len(digits) - 2) + digits[-2:]


def mask_id_number(number: str) -> str:
    """370105199001011234 → 370***********1234."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "*" * len(number)
