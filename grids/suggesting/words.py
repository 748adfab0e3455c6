"""Chinese into words that two tellings of one problem would share."""

import re

import rjieba

MOST_CHARACTERS = 600  # of a telling; what matters is said early
MOST_WORDS = 24
WORD = re.compile(r"[\u3400-\u9fff]{2,}|[a-z]{2,}[a-z0-9]*", re.IGNORECASE)
# Said in nearly every telling, so they tell nothing apart.
_COMMON = """
一个 一直 一些 一下 这个 那个 这里 那里 这边 那边 这儿 那儿 有人 有个 没有 没人 不是 就是 还是 但是 因为 所以 已经 现在
今天 昨天 明天 昨晚 今早 早上 晚上 最近 几天 好几天 经常 总是 每天 问题 情况 反映 希望 请问 麻烦 帮忙 尽快 赶紧 处理 解决
安排 能否 可以 是否 我们 你们 他们 大家 居民 业主 师傅 社区 物业 小区 单元 号楼 楼栋 门口 附近 旁边 前面 后面 位置 地方
发现 看到 什么 怎么 非常 特别 比较 而且 或者 以及 这样 那样 出现 存在 严重
"""
COMMON = frozenset(_COMMON.split())


def words_of(text: str) -> list[str]:
    """The telling words of a text, each once, in the order they come; long compounds with their parts."""
    found = dict.fromkeys(
        word.lower() for word in rjieba.cut_for_search(text[:MOST_CHARACTERS]) if WORD.fullmatch(word)
    )
    return [word for word in found if word not in COMMON][:MOST_WORDS]


def vector_text(*texts: str) -> str:
    """What ``to_tsvector('simple', …)`` is given: words set apart by spaces."""
    return " ".join(words_of(" ".join(texts)))


def any_of(words: list[str]) -> str:
    """A raw tsquery that any of the words answers; the words hold no quote and no operator (see ``WORD``)."""
    return " | ".join(f"'{word}'" for word in words)
