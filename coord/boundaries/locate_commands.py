"""`coord boundaries locate FILE`: an annotated copy of a table of points, without a database."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import click

from coord.boundaries.annotating import Annotator, Columns, gist, guess_columns, read_points
from coord.boundaries.commands import faults_on_one_line
from coord.boundaries.contacts import Unit, find_contacts
from coord.boundaries.datum import Datum
from coord.boundaries.locate import Gazetteer
from coord.boundaries.sources import SHIPPED, read_units
from coord.boundaries.tables import Table, TableError, get_column, read_table
from coord.kernel.text import N_
from coord.web.translations import read_catalogue

ROOMS = Path(__file__).resolve().parents[1]
DATUMS = [datum.value for datum in Datum]


@click.command("locate")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="副本的去处,默认在原文件旁加“_定位” / where the copy goes; by default beside FILE.",
)
@click.option("--force", is_flag=True, help="可以覆盖已有的副本 / may replace an older copy.")
@click.option("--sheet", help="工作表,默认第一张 / sheet of a workbook; by default the first.")
@click.option("--lon-field", help="经度列,默认自动识别 / column of longitude; by default guessed.")
@click.option("--lat-field", help="纬度列,默认自动识别 / column of latitude; by default guessed.")
@click.option(
    "--datum",
    type=click.Choice(DATUMS),
    default=Datum.CGCS2000.value,
    show_default=True,
    help="点的坐标系 / what the points were measured in.",
)
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    default=SHIPPED,
    show_default="geodata/counties.geojson",
    help="边界文件 / boundaries: GeoJSON, GeoPackage, Shapefile (.shp, .zip).",
)
@click.option("--code-field", default="code", show_default=True, help="六位区划代码列 / codes.")
@click.option("--name-field", default="name", show_default=True, help="名称列 / names.")
@click.option(
    "--source-datum",
    type=click.Choice(DATUMS),
    help="边界的坐标系,默认取文件所注 / datum of the boundaries; by default what they say.",
)
@click.option(
    "--tolerance-m", type=click.FloatRange(0, 5000), default=0.0, help="同 contacts / as contacts."
)
@click.option(
    "--accuracy-m",
    type=click.FloatRange(0, 5000),
    help="边界的精度,默认:随附边界±500,其他未说明 / how true the boundaries are.",
)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def locate(
    file: Path,
    out: Path | None,
    force: bool,
    sheet: str | None,
    lon_field: str | None,
    lat_field: str | None,
    datum: str,
    source: Path,
    code_field: str,
    name_field: str,
    source_datum: str | None,
    tolerance_m: float,
    accuracy_m: float | None,
    language: str,
) -> None:
    """给坐标表加注区县、跨市边界距离 / annotate a table of points: county, city borders near."""
    say = _words(language)
    with faults_on_one_line():
        table = _read(file, sheet)
        columns = _columns(table, lon_field, lat_field)
        units = _units(source, code_field, name_field, source_datum)
        contacts = find_contacts(units, tolerance_m=tolerance_m).contacts
        stated = accuracy_m if accuracy_m is not None else _stated(source)
        found = Gazetteer(units, contacts, accuracy_m=stated).locate_many(
            *read_points(table, columns), Datum(datum)
        )
        names = {unit.code: unit.name for unit in units}
        told = Annotator(table, columns, found, names, {}, say)
        path = _save(told, file, out, force=force)
    click.echo(path)
    _report(told, say)


def _read(file: Path, sheet: str | None) -> Table:
    if not file.is_file():
        raise TableError(N_("找不到文件:%(path)s"), path=str(file))
    return read_table(file.read_bytes(), file.name, sheet=sheet)


def _columns(table: Table, lon_field: str | None, lat_field: str | None) -> Columns:
    if lon_field is None and lat_field is None:
        return guess_columns(table)
    lon, lat = lon_field or lat_field or "", lat_field or lon_field or ""
    return Columns(get_column(table, (lon,)), get_column(table, (lat,)))


def _units(
    source: Path, code_field: str, name_field: str, source_datum: str | None
) -> tuple[Unit, ...]:
    with warnings.catch_warnings():
        # What GDAL warns of either stops the reading, and is said then, or does not matter.
        warnings.simplefilter("ignore")
        return read_units(
            source,
            code_field=code_field,
            name_field=name_field,
            datum=Datum(source_datum) if source_datum else None,
        ).units


def _stated(source: Path) -> float | None:
    """How true the boundaries say they are; only the shipped ones say it."""
    if source.resolve() != SHIPPED.resolve():
        return None
    described = json.loads(SHIPPED.with_suffix(".meta.json").read_text(encoding="utf-8"))
    return float(described["accuracy_m"])


def _save(told: Annotator, file: Path, out: Path | None, *, force: bool) -> Path:
    path = out or file.with_name(told.filename())
    if path.exists() and (path.resolve() == file.resolve() or not force):
        raise TableError(
            N_("“%(path)s”已存在。请用 --out 另取名,或加 --force 覆盖旧副本。"), path=str(path)
        )
    if path.suffix.lower() != file.suffix.lower():
        raise TableError(N_("副本与原文件格式相同,请以 %(ending)s 结尾。"), ending=file.suffix)
    try:
        path.write_bytes(told.file())
    except OSError as fault:
        raise TableError(
            N_("无法写入“%(path)s”:%(why)s"), path=str(path), why=fault.strerror or ""
        ) from fault
    return path


def _report(told: Annotator, say: Callable[..., str]) -> None:
    """On standard error: how many rows were located, and which were not."""
    short = gist(told.table, told.located)
    line = N_("共%(rows)s行,%(located)s行找到区县。")
    click.echo(say(line, rows=short.rows, located=short.located), err=True)
    for kind, count, rows in short.remarks:
        shown = "、".join(map(str, rows)) + ("…" if count > len(rows) else "")
        click.echo(f"- {say(kind.label)}: {count} ({shown})", err=True)


def _words(language: str) -> Callable[..., str]:
    """Words a msgid in Chinese, or in English by the catalogues of all rooms."""
    paths = sorted(ROOMS.glob("*/translations/en/LC_MESSAGES/messages.po"))
    catalogues = [read_catalogue(path) for path in paths] if language == "en" else []

    def say(message: str, **params: object) -> str:
        found = [text for one in catalogues if (text := one.gettext(message)) != message]
        sentence = found[0] if found else message
        return sentence % params if params else sentence

    return say
