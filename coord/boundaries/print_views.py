"""The print page: a map sheet chosen, seen before printing, taken as SVG or PNG."""

import hashlib
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from flask import Blueprint, abort, render_template, request, send_file
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from coord.boundaries import printing, queries
from coord.boundaries.sheet import Paper, Sheet
from coord.boundaries.sheet_facts import Printing, build_sheet
from coord.boundaries.sheet_images import pixels_of
from coord.boundaries.sheets import draw_sheet
from coord.boundaries.tones import TEXTURES, TONES
from coord.kernel.clock import shanghai_date, utc_now
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor, current_person
from coord.web.limits import limiter
from coord.web.translations import LANGUAGES, choose_language
from coord.web.words import say

blueprint = Blueprint("boundaries_print", __name__, url_prefix="/boundaries/print")

#: The map page's patterns and the sheet's are one table.
blueprint.add_app_template_global(lambda: (TONES, TEXTURES), "map_tones")

#: Nothing in a sheet needs to load or run anything.
SHEET_CSP = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class Asked:
    """What the address asks for; a value that the page does not offer is 404."""

    what: str
    with_chongqing: bool
    paper: Paper
    landscape: bool
    language: str

    def as_query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        return {
            "what": self.what,
            "chongqing": "1" if self.with_chongqing else "0",
            "paper": self.paper.value,
            "turn": "landscape" if self.landscape else "portrait",
            "language": self.language,
        }


def _asked() -> Asked:
    default = printing.IN_FORCE if queries.find_roster(_today()) else "plan"
    return Asked(
        what=request.args.get("what", default)[:40],
        with_chongqing=_one_of("chongqing", ("0", "1")) == "1",
        paper=Paper(_one_of("paper", [paper.value for paper in Paper])),
        landscape=_one_of("turn", ("landscape", "portrait")) == "landscape",
        language=_one_of("language", list(LANGUAGES), choose_language()),
    )


def _one_of(name: str, choices: list[str] | tuple[str, ...], default: str = "") -> str:
    value = request.args.get(name, default or choices[0])
    return value if value in choices else abort(404)


def _today() -> date:
    return shanghai_date(utc_now())


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """Choices at the left, the sheet at the right."""
    asked = _asked()
    # A choice that is not there is 404 here already, not a broken picture.
    printing.get_subject(
        asked.what, current_actor(), with_chongqing=asked.with_chongqing, day=_today()
    )
    return render_template(
        "boundaries/print.html",
        asked=asked,
        query=asked.as_query(),
        printable=printing.list_printable(current_actor(), _today()),
        papers=list(Paper),
        vintage=queries.get_vintage(),
    )


@blueprint.get("/map.svg")
@guard(*EVERYONE_AT_WORK)
@limiter.limit("60 per minute", key_func=lambda: f"print {current_person().id}")
def svg() -> Answer:
    """The sheet as SVG, true to size."""
    asked = _asked()
    body = draw_sheet(_sheet(asked)).encode("utf-8")
    answer = _file(body, "image/svg+xml", asked, "svg")
    answer.headers["Content-Security-Policy"] = SHEET_CSP
    return answer


@blueprint.get("/map.png")
@guard(*EVERYONE_AT_WORK)
@limiter.limit("20 per minute", key_func=lambda: f"print {current_person().id}")
def png() -> Answer:
    """The sheet as a picture of 300 dots an inch."""
    asked = _asked()
    sheet = _sheet(asked)
    return _file(printing.picture(draw_sheet(sheet), *pixels_of(sheet)), "image/png", asked, "png")


def _sheet(asked: Asked) -> Sheet:
    subject, origin = printing.get_subject(
        asked.what, current_actor(), with_chongqing=asked.with_chongqing, day=_today()
    )
    tag = "en" if asked.language == "en" else "zh-CN"
    how = Printing(asked.paper, asked.landscape, _today(), tag)
    with force_locale(asked.language):
        return build_sheet(subject, origin, how, say)


def _file(body: bytes, media_type: str, asked: Asked, extension: str) -> Answer:
    with force_locale(asked.language):
        turn = _("横") if asked.landscape else _("竖")
        name = _("联动组图")
    called = f"{name}-{asked.what}-{asked.paper.value}{turn}-{_today():%Y%m%d}.{extension}"
    answer = send_file(BytesIO(body), mimetype=media_type, as_attachment=True, download_name=called)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)
