"""The rows of a boundary file as read: columns of values beside shapes. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS

#: The country has some 2,900 counties and 3,200 with all functional zones.
MAX_ROWS = 20_000


@dataclass(frozen=True)
class Table:
    """Columns by name, and a shape (or None) for each row."""

    columns: dict[str, list[Any]]
    geometries: np.ndarray

    def mended(self, encoding: str) -> "Table":
        """With the letters right of a table that was read as Latin-1 whatever it is.

        `encoding` is what the file says of itself, "" where it says nothing.
        """
        return Table(
            columns={
                _mended(name, encoding): [
                    _mended(value, encoding) if isinstance(value, str) else value
                    for value in values
                ]
                for name, values in self.columns.items()
            },
            geometries=self.geometries,
        )


def _mended(text: str, encoding: str) -> str:
    for candidate in (encoding or "utf-8", "utf-8", "gb18030"):
        try:
            return text.encode("latin-1").decode(candidate)
        except (UnicodeError, LookupError):
            continue
    return text


@dataclass(frozen=True)
class Layer:
    """A layer: its table and what it says of its coordinates."""

    name: str
    table: Table
    #: None where nothing is declared, or something that nobody knows: see `crs_text`.
    crs: CRS | None
    crs_text: str
    has_z: bool
