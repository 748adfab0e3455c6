"""Names of buildings, units and rooms as the directory writes them, however they were typed; addresses taken apart."""

import re

NUMERALS = {numeral: str(value) for value, numeral in enumerate("一二三四五六七八九十", start=1)}
ADDRESS = re.compile(
    r"(?P<estate>.*?)[-/ ]*(?P<building>\d+)(?:号楼|号院|#楼|号|楼|栋|幢|座|#|-|/)"
    r"[-/ ]*(?:(?P<unit>[\d一二三四五六七八九十]+)(?:单元|门|-|/))?[-/ ]*(?P<room>\d[\dA-Za-z]*)(?:室|户|号)?"
)

Home = tuple[str, str, str, str]


def building_name(text: str) -> str:
    """``1``, ``1#``, ``1栋``, ``01号楼`` → 1号楼; other names stay (“老年公寓”)."""
    found = re.fullmatch(r"0*(\d+)(?:号楼|#楼|号|楼|栋|幢|座|#)?", text.replace(" ", ""))
    return f"{found[1]}号楼" if found else text


def unit_name(text: str) -> str:
    """``1``, ``一单元``, ``1门`` → 1单元; empty stays empty (a building without units)."""
    text = text.replace(" ", "")
    found = re.fullmatch(r"(?:0*(\d+)|([一二三四五六七八九十]))(?:单元|门|#)?", text)
    if not found:
        return text
    return f"{found[1] or NUMERALS[found[2]]}单元"


def room_name(text: str) -> str:
    """``101室`` → 101."""
    return re.sub(r"(?<=\d)(?:室|号|户)$", "", text.replace(" ", ""))


def take_apart(address: str, estates: list[str]) -> Home | None:
    """“毕家洼小区13号楼2单元102” → its four parts, or None; what stands before a known estate's name is let go."""
    address = address.replace(" ", "")
    estate = max((name for name in estates if name in address), key=len, default="")
    rest = address.partition(estate)[2] if estate else address
    found = ADDRESS.fullmatch(rest)
    if not found or (estate and found["estate"]):
        return None
    unit = unit_name(found["unit"]) if found["unit"] else ""
    return estate or found["estate"], building_name(found["building"]), unit, room_name(found["room"])


def floor_of(room: str) -> int | None:
    """The storey that a room number of three or four digits names."""
    return int(room[:-2]) if re.fullmatch(r"\d{3,4}", room) else None


def unit_number(unit: str) -> int | None:
    found = re.fullmatch(r"(\d+)单元", unit)
    return int(found[1]) if found else None
