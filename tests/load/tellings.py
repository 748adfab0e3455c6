"""What the incidents of the fill say and where they lie: a few things told again and again, many told seldom."""

import random
from dataclasses import dataclass

from grids.suggesting.words import words_of

OFTEN = "单元门口堆放杂物，老人进出不便，请安排清理。"
_SELDOM = """
楼后垃圾桶满了没有人收，味道很大，苍蝇很多。
楼道感应灯坏了，晚上摸黑上楼，怕老人摔倒。
有人从窗户拉电线给电动车充电，很不安全。
路面塌陷有个大坑，雨天积水，骑车的人容易摔倒。
下水道堵了，污水返到一楼厨房。
消防通道被私家车堵住，消防车进不来。
楼上装修电钻从早响到晚，孩子没法写作业。
健身器材的螺丝松了，秋千一边吊着。
井盖响得厉害，汽车一压咣当一声。
绿化带里种上了菜，还用粪水浇地。
墙上贴满小广告，刚清完又贴上。
屋顶漏水，天花板一大片发霉。
单元门的门禁坏了，谁都能进出。
树枝断了挂在电线上，风一吹直晃。
广场舞音响太大，吵得睡不着觉。
电梯又停了，里面按钮不亮。
路灯连着三盏不亮，路上漆黑。
共享单车堆在人行道上，轮椅过不去。
邻居家的狗没有拴绳，追着孩子跑。
水管破裂，水一直往外喷。
暖气片不热，家里只有十几度。
废弃沙发和床垫扔在车棚里两个月了。
化粪池外溢，院子里臭得没法开窗。
电动车推上楼充电，楼道里都是烟味。
"""
TEXTS = [OFTEN, *filter(None, map(str.strip, _SELDOM.splitlines()))]
# The first is told about every fourth time, and each further one less often than the one before it.
WEIGHTS = [1 / (1 + rank) ** 0.9 for rank in range(len(TEXTS))]
LEXEMES = {text: " ".join(f"'{word}'" for word in words_of(text)) for text in TEXTS}
OWN_SPOT = 0.4  # of the incidents somebody puts on the map by hand
AROUND = 0.0016  # degrees, some 160 metres from the house


@dataclass(frozen=True)
class Telling:
    """The words, and the spot if the finder set one."""

    text: str
    spot: tuple[float, float] | None

    @property
    def lexemes(self) -> str:
        return LEXEMES[self.text]


class Tellings:
    """Drawn by dice of their own, so that the rest of the history stays what it was."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def near(self, lat: float | None, lng: float | None) -> Telling:
        (text,) = self.dice.choices(TEXTS, WEIGHTS)
        if lat is None or lng is None or self.dice.random() >= OWN_SPOT:
            return Telling(text, None)
        spot = (lat + self.dice.uniform(-AROUND, AROUND), lng + self.dice.uniform(-AROUND, AROUND))
        return Telling(text, (round(spot[0], 6), round(spot[1], 6)))
