"""Names of counties as maps and chips say them. Pure."""

import re
from collections.abc import Sequence

_AUTONOMOUS = re.compile(r"(?:土家族|苗族|彝族|羌族|藏族)+自治县$")


def short_name(name: str) -> str:
    """The name without its kind: 彭州市 → 彭州, 石柱土家族自治县 → 石柱; 忠县 stays 忠县."""
    shorter = _AUTONOMOUS.sub("", name)
    if shorter != name:
        return shorter
    return name[:-1] if len(name) > 2 and name[-1] in "市区县" else name


def group_name(names: Sequence[str]) -> str:
    """A group by its members: 彭州–什邡."""
    return "–".join(short_name(name) for name in names)
