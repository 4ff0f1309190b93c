"""Who files: invented bodies of 示例省, or real ones of the gazetteer when asked for."""

import random
from functools import cache
from typing import NamedTuple

from index.data import read_rows
from index.model import Level

_CITIES = ("示例市", "甲城市", "乙川市", "丙安市", "丁河市", "戊林市")
_COUNTY = (
    "云溪",
    "双栎",
    "白荻",
    "临禾",
    "镇楠",
    "望槐",
    "石楂",
    "青枳",
    "上莳",
    "沐蓼",
    "宁榉",
    "澄菖",
)
_COUNTY_KIND = ("县", "县", "县", "区", "市")
_FIRST = tuple("榆栎楠莲荻蒲菱桐杉枫柏棠槿葵芷蓼芦苇芹莳青白赤玄黛碧溪湖泉渡湾滩坪岭坞峪垭堰")
_LAST = tuple("溪桥头铺口坡岗坝垸集店渡湾滩坪岭坞峪堰塘泉井台楼阁亭寨堡岔沟涧川原庄")
_KIND = ("镇",) * 8 + ("乡",) * 4 + ("街道",) * 3 + ("民族乡", "苏木")
_PEOPLES = ("回族", "苗族", "土家族", "瑶族", "侗族")
_BUREAUS = ("水务局", "教育局", "民政局", "住房和城乡建设局", "卫生健康委员会", "政务服务中心")


class Seat(NamedTuple):
    """A filing body: its places (None above its level is never used), kind, level and names.

    `agency` is the name a title prints, `short` how the prose calls it.
    """

    province: str
    city: str
    county: str
    township: str | None
    kind: str
    level: Level
    agency: str
    short: str


def township_seat(
    province: str, city: str, county: str, township: str, style: str = "plain"
) -> Seat:
    """Return a township's seat; `style` is plain (县+镇), bare (镇), full (市+县+镇) or office."""
    kind = next(k for k in ("街道", "苏木", "镇", "乡") if township.endswith(k))
    if township.endswith("族乡"):
        kind = "民族乡"
    names = {
        "plain": county + township,
        "bare": township,
        "full": city + county + township,
        "office": f"{county}{township}{'办事处' if kind == '街道' else '人民政府'}",
    }
    return Seat(province, city, county, township, kind, "township", names[style], township)


def bureau_seat(province: str, city: str, county: str, bureau: str) -> Seat:
    """Return the seat of a county's bureau."""
    return Seat(province, city, county, None, "局", "bureau", county + bureau, "我局")


def county_seat(province: str, city: str, county: str) -> Seat:
    """Return the seat of a county's own report."""
    name = county + "人民政府"
    return Seat(province, city, county, None, county[-1], "county", name, county)


def random_seat(rng: random.Random, real: bool = False) -> Seat:
    """Return a township, or at times a bureau or a county; `real` draws from the gazetteer."""
    if real:
        return township_seat(*rng.choice(_real_places()), style=rng.choice(("plain", "full")))
    city = rng.choice(_CITIES)
    county = rng.choice(_COUNTY) + rng.choice(_COUNTY_KIND)
    draw = rng.random()
    if draw < 0.06:
        return bureau_seat("示例省", city, county, rng.choice(_BUREAUS))
    if draw < 0.1:
        return county_seat("示例省", city, county)
    style = rng.choice(("plain", "plain", "bare", "full", "office"))
    return township_seat("示例省", city, county, _township(rng), style)


def _township(rng: random.Random) -> str:
    """Return an invented township name."""
    kind = rng.choice(_KIND)
    stem = rng.choice(_FIRST) + rng.choice(_LAST)
    return stem + (rng.choice(_PEOPLES) + "乡" if kind == "民族乡" else kind)


@cache
def _real_places() -> tuple[tuple[str, str, str, str], ...]:
    """Return (province, city, county, township) of the gazetteer, kinds we can name only."""
    return tuple(
        (row["province"], row["city"], row["county"], row["township"])
        for row in read_rows("townships.csv")
        if row["township"].endswith(("镇", "乡", "街道", "苏木")) and row["city"] != "市辖区"
    )
