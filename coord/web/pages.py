"""Pages of the shell itself: language choice, health, third-party notices."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from flask_login import current_user
from sqlalchemy import text
from werkzeug.wrappers import Response

from coord.db import db
from coord.web.forms import refuse_unknown
from coord.web.guards import public
from coord.web.identity import settings
from coord.web.translations import LANGUAGE_COOKIE, LANGUAGES
from coord.web.vendor import assets

blueprint = Blueprint(
    "web",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.post("/language")
@public()
def language() -> Response:
    """Remember the chosen language in the account, or in a cookie before sign-in."""
    refuse_unknown({"language", "next"})
    chosen = request.form.get("language", "")
    response = redirect(safe_path(request.form.get("next", "")))
    if chosen in LANGUAGES:
        if current_user.is_authenticated:
            current_user.person.locale = chosen
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=365 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings().secure_cookies,
        )
    return response


def safe_path(target: str) -> str:
    """A path on this site, or `/`: never another site's address."""
    parts = urlsplit(target.replace("\\", "/"))
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return "/"
    return target


@blueprint.get("/healthz")
@public()
def health() -> tuple[str, int, dict[str, str]]:
    """Answers `ok` when the database answers."""
    db.session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/notices/third-party")
@public()
def third_party() -> str:
    """Which browser files of others the site carries, with version, licence and hash."""
    return render_template("web/third_party.html", assets=list(assets().values()))
