"""Where is this point? One, or a file of them; nothing that is asked is kept."""

from datetime import date
from io import BytesIO
from itertools import islice
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from coord.boundaries import queries
from coord.boundaries.annotating import Annotator, Columns, gist, guess_columns, split_pair
from coord.boundaries.coordinates import parse_degrees
from coord.boundaries.datum import Datum
from coord.boundaries.locate import Border
from coord.boundaries.locate_forms import GUESS, PointForm, PointsFileForm
from coord.boundaries.locate_queries import annotator
from coord.boundaries.tables import LIMITS, Table, column_letter, read_table
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.errors import CoordError, Invalid, Refused
from coord.kernel.text import N_
from coord.web.forms import choices_of
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import settings
from coord.web.limits import limiter
from coord.web.words import say, translate

blueprint = Blueprint("boundaries_locate", __name__, url_prefix="/boundaries/locate")

#: Rows of a file that the preview shows.
SHOWN_ROWS = 8

#: One file is read at a time; how many seconds the next one waits.
_READING = BoundedSemaphore(1)
PATIENCE_S = 20

#: What the page shows before anything was asked.
_NOTHING: dict[str, Any] = {"refusal": "", "place": None, "file_refusal": "", "told": None}

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> ResponseReturnValue:
    """The question, and the answer where a point was asked for."""
    form = PointForm(request.args)
    asked = bool((form.lon.data or "").strip() or (form.lat.data or "").strip())
    if not asked:
        return _page(form)
    try:
        lon, lat = _typed(form.lon.data or "", form.lat.data or "")
        form.lon.data, form.lat.data = lon, lat
        datum = Datum(form.datum.data) if form.datum.data in set(Datum) else Datum.CGCS2000
        place = queries.locate_point(parse_degrees(lon), parse_degrees(lat), datum)
    except CoordError as refusal:
        return _page(form, refusal=translate(refusal)), 422
    groups = queries.groups_on(_today())
    near = [(border, _shared(groups, border)) for border in place.borders]
    return _page(form, place=place, near=near)


def _shared(groups: list[queries.GroupView], border: Border) -> list[queries.GroupView]:
    """The joint groups in which both sides of a border are."""
    return [one for one in groups if {border.a, border.b} <= set(one.county_codes)]


def _typed(lon: str, lat: str) -> tuple[str, str]:
    """The two fields; both coordinates may have been pasted into one."""
    if lon.strip() and lat.strip():
        return lon, lat
    pair = split_pair(lon or lat)
    if pair is None:
        raise Invalid(N_("请填写经度和纬度,例如 103.5062 和 30.1965。"))
    return pair


def _today() -> date:
    return shanghai_date(utc_now())


def _page(form: PointForm, **facts: Any) -> str:
    return render_template(
        "boundaries/locate.html",
        form=form,
        names=queries.county_names(),
        vintage=queries.get_vintage(),
        limits=LIMITS,
        max_bytes=min(LIMITS.content, settings().max_upload_bytes),
        **{**_NOTHING, "file_form": PointsFileForm(formdata=None), **facts},
    )


@blueprint.post("/preview")
@guard(*EVERYONE_AT_WORK)
@limiter.limit("30 per minute")
def preview() -> ResponseReturnValue:
    """The first rows of a file with what would be added, and what is wrong by row."""
    form = PointsFileForm()
    if not form.validate_on_submit():
        return _file_page(form), 422
    try:
        table = _table(form)
        _offer_columns(form, table)
        told = _annotator(form, table)
    except CoordError as refusal:
        return _file_page(form, file_refusal=translate(refusal)), 422
    form.lon_column.data, form.lat_column.data = str(told.columns.lon), str(told.columns.lat)
    return _file_page(form, told=told, gist=gist(table, told.located))


@blueprint.post("/annotated")
@guard(*EVERYONE_AT_WORK)
@limiter.limit("30 per minute")
def annotated() -> ResponseReturnValue:
    """The file with its columns added."""
    form = PointsFileForm()
    if not form.validate_on_submit():
        return _file_page(form), 422
    try:
        table = _table(form)
        _offer_columns(form, table)
        told = _annotator(form, table)
    except CoordError as refusal:
        return _file_page(form, file_refusal=translate(refusal)), 422
    answer: Response = send_file(
        BytesIO(told.file()),
        mimetype=MEDIA_TYPES[table.kind],
        as_attachment=True,
        download_name=told.filename(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _table(form: PointsFileForm) -> Table:
    sent: FileStorage = form.file.data
    content = sent.stream.read(LIMITS.content + 1)
    # A large workbook takes a core for many seconds; the other one is for the other people.
    if not _READING.acquire(timeout=PATIENCE_S):
        raise Refused(N_("正在读取别人的表格,请半分钟后再试。"))
    try:
        return read_table(content, sent.filename or "")
    finally:
        _READING.release()


def _offer_columns(form: PointsFileForm, table: Table) -> None:
    pairs = [(GUESS, _("自动识别"))]
    pairs += [
        (str(place), f"{column_letter(place)} {name}".strip())
        for place, name in enumerate(table.header)
    ]
    form.lon_column.choices = choices_of(pairs)
    form.lat_column.choices = choices_of(pairs)


def _annotator(form: PointsFileForm, table: Table) -> Annotator:
    chosen = [form.lon_column.data or GUESS, form.lat_column.data or GUESS]
    if GUESS in chosen:
        columns = guess_columns(table)
    elif not all(
        one.isascii() and one.isdigit() and int(one) < len(table.header) for one in chosen
    ):
        raise Invalid(N_("所选的列不在文件中,请重新选择。"))
    else:
        columns = Columns(int(chosen[0]), int(chosen[1]))
    return annotator(table, columns, Datum(form.datum.data), day=_today(), say=say)


def _file_page(form: PointsFileForm, *, told: Annotator | None = None, **facts: Any) -> str:
    if told is not None:
        table = told.table
        facts["shown"] = list(
            islice(zip(table.numbers, table.rows, told.added(), strict=True), SHOWN_ROWS)
        )
    if form.errors:
        facts["file_refusal"] = " ".join(
            str(one) for fault in form.errors.values() for one in fault
        )
    return _page(PointForm(formdata=None), file_form=form, told=told, **facts)
