"""Names of counties as maps and chips say them. Pure."""

import re
from collections.abc import Sequence

#: The peoples after whom autonomous counties and prefectures are named.
_PEOPLES = (
    "蒙古族|回族|藏族|维吾尔族|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|"
    "土家族|哈尼族|哈萨克族|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|"
    "景颇族|柯尔克孜族|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|"
    "阿昌族|普米族|塔吉克族|怒族|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春族|各族|"
    "蒙古|哈萨克|柯尔克孜|塔吉克|锡伯"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})+自治[县州旗]$")


def short_name(name: str) -> str:
    """The name without its kind: 彭州市 → 彭州, 石柱土家族自治县 → 石柱; 忠县 stays 忠县."""
    shorter = _AUTONOMOUS.sub("", name)
    if shorter and shorter != name:
        return shorter
    return name[:-1] if len(name) > 2 and name[-1] in "市区县" else name


def city_label(name: str) -> str:
    """A city's name for a map: 成都市 as it is, 甘孜藏族自治州 → 甘孜州."""
    shorter = _AUTONOMOUS.sub("", name)
    return f"{shorter}州" if shorter and shorter != name else name


def group_name(names: Sequence[str]) -> str:
    """A group by its members: 彭州–什邡."""
    return "–".join(short_name(name) for name in names)
