"""Which columns a boundary file has, with samples, and which of them are probably meant. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import get_type_id

from coord.boundaries.source_checks import POLYGONS, as_text, plain_code
from coord.boundaries.source_crs import describe_crs
from coord.boundaries.source_table import Layer

CODE_NAMES = ("code", "adcode", "gb", "xzqdm", "pac", "dm", "行政区划代码", "区划代码", "代码")
NAME_NAMES = ("name", "xzqmc", "mc", "行政区划名称", "区县名称", "区县", "县名", "名称")
PARTY_NAMES = ("city", "市", "地级市", "所属城市", "城市")
COUNTY_ENDINGS = ("市", "区", "县", "旗")

#: A column is taken for one of codes or names where so much of it looks like that.
MOSTLY = 0.8
SAMPLES = 3


@dataclass(frozen=True)
class Column:
    """A column: its name, how many rows have a value, the first few different ones."""

    name: str
    filled: int
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """A layer before anything is chosen: rows, kinds of shapes, columns, guesses ("" if none)."""

    layer: str
    rows: int
    polygons: int
    #: The system declared, as people call it; "" where nothing is declared or it is unknown.
    crs: str
    columns: tuple[Column, ...]
    code_field: str
    name_field: str
    party_field: str
    #: Whether codes stand in several rows, so that dissolving will be needed.
    has_duplicates: bool


def layout_of(layer: Layer) -> Layout:
    """What there is to choose from in a layer."""
    texts = {
        name: [as_text(value) for value in values] for name, values in layer.table.columns.items()
    }
    code_field = _guess(texts, CODE_NAMES, lambda text: bool(plain_code(text)))
    name_field = _guess(texts, NAME_NAMES, lambda text: text.endswith(COUNTY_ENDINGS))
    party_field = _guess(
        {name: column for name, column in texts.items() if name not in {code_field, name_field}},
        PARTY_NAMES,
        lambda text: text.endswith(("市", "州", "盟", "地区")),
    )
    codes = [text for text in texts.get(code_field, []) if text]
    kinds = get_type_id(layer.table.geometries).tolist()
    return Layout(
        layer=layer.name,
        rows=len(kinds),
        polygons=sum(kind in POLYGONS for kind in kinds),
        crs=describe_crs(layer),
        columns=tuple(
            Column(name, sum(bool(text) for text in column), _samples(column))
            for name, column in texts.items()
        ),
        code_field=code_field,
        name_field=name_field,
        party_field=party_field,
        has_duplicates=len(set(codes)) < len(codes),
    )


def _guess(texts: dict[str, list[Any]], usual: Sequence[str], fits: Callable[[str], bool]) -> str:
    """The column most probably meant: by its contents first, then by a usual name."""
    fitting = [name for name, column in texts.items() if _share(column, fits) >= MOSTLY]
    return min(
        fitting,
        key=lambda name: (
            usual.index(name.lower()) if name.lower() in usual else len(usual),
            -len(set(texts[name])),
            name,
        ),
        default="",
    )


def _share(column: Iterable[str], fits: Callable[[str], bool]) -> float:
    filled = [text for text in column if text]
    return sum(map(fits, filled)) / len(filled) if filled else 0.0


def _samples(column: Iterable[str]) -> tuple[str, ...]:
    different = list(dict.fromkeys(text[:40] for text in column if text))
    return tuple(different[:SAMPLES])
