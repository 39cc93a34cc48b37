"""Opens what people send as a boundary file: which kind it is, its layers, its rows. Careful.

Only a file on this machine is ever opened, and GDAL only sees a copy or link under a name of
our choosing, whose first bytes are those of a GeoPackage or a Shapefile; GeoJSON is read
without it. Nothing of what a file names (paths, links, other files) is followed.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely import from_wkb, has_z
from shapely.errors import ShapelyError

from coord.boundaries.findings import listed
from coord.boundaries.geojson_files import read_geojson
from coord.boundaries.source_errors import SourceError
from coord.boundaries.source_table import MAX_ROWS, Layer, Table
from coord.boundaries.zip_files import MAX_UNPACKED_BYTES, unpack
from coord.config import MIB
from coord.kernel.text import N_

#: What a file is, by its first bytes; the last are not boundary files but come often.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"SQLite format 3\x00", "gpkg"),
    (b"\x00\x00\x27\x0a", "shp"),
)

STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"AC10", "DWG"),
    (b"\xd0\xcf\x11\xe0", "Office"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\x00", "TIFF"),
    (b"<", "XML/KML/GML"),
)

#: A Shapefile is these together; the first three it cannot do without.
SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


@dataclass(frozen=True)
class Opened:
    """A file ready to be read: its kind, where our copy of it lies, what people call it."""

    kind: str
    path: Path
    name: str


def kind_of(path: Path, name: str) -> str:
    """geojson, gpkg, shp or zip; SourceError with a remedy for anything else."""
    with path.open("rb") as file:
        head = file.read(512)
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    for signature, kind in STRANGERS:
        if head.startswith(signature):
            raise SourceError(
                N_(
                    "“%(name)s”是%(kind)s文件,不是边界文件。请在制图软件中导出为"
                    " GeoJSON、GeoPackage 或压缩为 zip 的 Shapefile。"
                ),
                name=name,
                kind=kind,
            )
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return "geojson"
    raise SourceError(
        N_("无法读取为边界文件:%(path)s。可用 GeoJSON、GeoPackage、压缩为 zip 的 Shapefile。"),
        path=name,
    )


@contextmanager
def opened(path: Path, *, name: str = "", max_bytes: int = MAX_UNPACKED_BYTES) -> Iterator[Opened]:
    """The file under a name of our own, unpacked where it is a zip, for as long as it lasts."""
    called = name or str(path)
    if not os.path.lexists(path):
        raise SourceError(N_("找不到文件:%(path)s"), path=str(path))
    if not path.is_file():
        raise SourceError(N_("不是文件:%(path)s"), path=str(path))
    if path.stat().st_size > max_bytes:
        raise SourceError(
            N_("“%(name)s”有%(size)s MB,超过上限%(limit)s MB。请只保留所需区域或化简图形。"),
            name=called,
            size=path.stat().st_size // MIB,
            limit=max_bytes // MIB,
        )
    kind = kind_of(path, called)
    with tempfile.TemporaryDirectory(prefix="coord-boundaries-") as folder:
        if kind == "geojson":
            yield Opened(kind, path, called)
        elif kind == "zip":
            inner = unpack(path, Path(folder), called, max_bytes)
            yield Opened(kind_of(inner, called), inner, called)
        elif kind == "shp":
            yield Opened(kind, _linked_shapefile(path, Path(folder), called), called)
        else:
            link = Path(folder) / "units.gpkg"
            link.symlink_to(path.resolve())
            yield Opened(kind, link, called)


def _linked_shapefile(path: Path, folder: Path, name: str) -> Path:
    """A .shp from the command line with its companions; a page's upload never has them."""
    stem = path.with_suffix("")
    missing: list[str] = []
    for suffix in SHAPEFILE_PARTS:
        found = [p for s in (suffix, suffix.upper()) if (p := stem.with_suffix(s)).is_file()]
        if found:
            (folder / f"units{suffix}").symlink_to(found[0].resolve())
        elif suffix in {".dbf", ".shx"}:
            missing.append(suffix)
    if missing:
        raise incomplete_shapefile(name, missing)
    return folder / "units.shp"


def incomplete_shapefile(name: str, missing: Sequence[str]) -> SourceError:
    """A Shapefile without its companions."""
    return SourceError(
        N_(
            "“%(name)s”缺少 Shapefile 的 %(missing)s 部分。请把 .shp、.dbf、.shx、.prj"
            " 一起压缩为 zip。"
        ),
        name=name,
        missing=listed(missing),
    )


def layers_of(source: Opened) -> tuple[str, ...]:
    """The layers that hold shapes; a GeoJSON or a Shapefile has one, called ""."""
    if source.kind != "gpkg":
        return ("",)
    # GDAL takes half a second to import, and most commands do without it.
    from pyogrio import list_layers

    with _faults_named(source):
        found = tuple(str(name) for name, kind in list_layers(source.path) if kind is not None)
    if not found:
        raise SourceError(N_("文件中没有任何图形:%(path)s"), path=source.name)
    return found


def read_layer(source: Opened, layer: str | None = None) -> Layer:
    """A layer's rows; which of several is meant would be a guess, so it must be named."""
    if source.kind == "geojson":
        return read_geojson(source.path, source.name)
    names = layers_of(source)
    if layer is not None and layer not in names:
        raise SourceError(
            N_("文件没有名为“%(layer)s”的图层;现有图层:%(layers)s。"),
            layer=layer,
            layers="、".join(names[:5]),
        )
    if layer is None and len(names) > 1:
        raise SourceError(
            N_("文件含有多个图层,请只保留一个:%(layers)s"), layers="、".join(names[:5])
        )
    return _read_with_gdal(source, layer if layer is not None else names[0])


def _read_with_gdal(source: Opened, layer: str) -> Layer:
    # Lazily, as above.
    from pyogrio import read_info
    from pyogrio.errors import DataSourceError
    from pyogrio.raw import read

    is_shapefile = source.kind == "shp"
    # Without a .cpg, and with a wrong one, a Shapefile's letters are anyone's guess; taken as
    # Latin-1 no byte is lost, and Table.mended tries what they may be.
    encoding = "ISO-8859-1" if is_shapefile else None
    which = {} if is_shapefile else {"layer": layer}
    with _faults_named(source):
        info = read_info(source.path, encoding=encoding, **which)
        if info["driver"] not in {"GPKG", "ESRI Shapefile"}:
            raise DataSourceError(info["driver"])
        _check_size(int(info["features"]), source.name)
        meta, _fids, shapes, values = read(source.path, encoding=encoding, **which)
    cpg = source.path.with_suffix(".cpg")
    said = cpg.read_text(encoding="latin-1").strip() if is_shapefile and cpg.is_file() else ""
    columns = {str(name): list(column) for name, column in zip(meta["fields"], values, strict=True)}
    table = Table(columns=columns, geometries=_geometries(shapes, source.name))
    return Layer(
        name=layer,
        table=table.mended(said) if is_shapefile else table,
        crs=_crs(meta["crs"]),
        crs_text=str(meta["crs"] or ""),
        has_z=bool(has_z(table.geometries).any()),
    )


def _check_size(rows: int, name: str) -> None:
    if rows > MAX_ROWS:
        raise SourceError(
            N_("“%(name)s”有%(rows)s行,多于%(limit)s行,不会是县级区划。请只保留县级边界。"),
            name=name,
            rows=rows,
            limit=MAX_ROWS,
        )
    if rows == 0:
        raise SourceError(N_("文件中没有任何图形:%(path)s"), path=name)


def _geometries(shapes: Sequence[bytes | None], name: str) -> np.ndarray:
    found = np.empty(len(shapes), dtype=object)
    for row, shape in enumerate(shapes):
        try:
            found[row] = from_wkb(shape)
        except (ShapelyError, ValueError) as fault:
            raise SourceError(
                N_("“%(name)s”第%(row)s行的图形无法读取。请在制图软件中修复后重新导出。"),
                name=name,
                row=row + 1,
            ) from fault
    return found


def _crs(text: object) -> CRS | None:
    if not text:
        return None
    try:
        return CRS.from_user_input(str(text))
    except CRSError:
        return None


@contextmanager
def _faults_named(source: Opened) -> Iterator[None]:
    """What GDAL raises becomes one sentence; what it warns of is said by our own checks."""
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DataSourceError, DataLayerError, OSError, UnicodeDecodeError, ValueError) as fault:
        raise SourceError(
            N_("无法读取为边界文件:%(path)s。可用 GeoJSON、GeoPackage、压缩为 zip 的 Shapefile。"),
            path=source.name,
        ) from fault
