"""Division codes (GB/T 2260) and the parties, cities that sign agreements.

A party is known by the first four digits of its cities' codes; Chongqing, whose
districts are 5001xx and whose counties are 5002xx, is the one party 5001.
"""

import json
from functools import cache
from pathlib import Path

#: Every city of the country, for borders beyond the agreements; see geodata/SOURCES.md.
CITIES = Path(__file__).resolve().parents[2] / "geodata" / "cities.json"

#: Party key → official name, of the parties of the agreements that Coord ships with.
PARTY_NAMES: dict[str, str] = {
    "5101": "成都市",
    "5106": "德阳市",
    "5118": "雅安市",
    "5114": "眉山市",
    "5120": "资阳市",
    "5001": "重庆市",
}

#: The five cities of the joint enforcement plan, in the plan's own order.
FIVE_CITIES: tuple[str, ...] = ("5101", "5106", "5118", "5114", "5120")

CHENGDU = "5101"
CHONGQING = "5001"


def party_of(region_code: str) -> str:
    """The party key of a six-digit division code: `510182` → `5101`, `500235` → `5001`."""
    if region_code.startswith("50"):
        return CHONGQING
    return region_code[:4]


def party_name(party: str) -> str:
    """The official name of a party; its key where Coord has no name for it."""
    return PARTY_NAMES.get(party) or _city_names().get(party, party)


@cache
def _city_names() -> dict[str, str]:
    names: dict[str, str] = json.loads(CITIES.read_text(encoding="utf-8"))
    return names


def party_short_name(party: str) -> str:
    """The name without its last character 市: 成都."""
    return party_name(party).removesuffix("市")
