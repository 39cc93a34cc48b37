"""Third-party browser files, served from the wheels that carry them.

vendor.json names each file's package, version, licence and SHA-256; a test hashes the
installed files, so a swapped wheel turns the build red.
"""

import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, send_from_directory
from werkzeug.wrappers import Response

from coord.web.guards import public

YEAR_S = 365 * 24 * 3600

blueprint = Blueprint("vendor", __name__, url_prefix="/vendor")


@dataclass(frozen=True)
class Asset:
    """One file that a browser loads, by the path under /vendor/."""

    path: str
    package: str
    file: str
    version: str
    licence: str
    sha256: str


@cache
def assets() -> dict[str, Asset]:
    """All vendor files by their public path."""
    rows = json.loads((Path(__file__).parent / "vendor.json").read_text(encoding="utf-8"))
    return {row["path"]: Asset(**row) for row in rows}


@cache
def package_folder(package: str) -> Path:
    """Where a package lies, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {package} is not installed")
    return Path(spec.origin).parent


@blueprint.get("/<path:path>")
@public()
def file(path: str) -> Response:
    """One listed file; anything else is 404."""
    asset = assets().get(path)
    if asset is None:
        abort(404)
    response = send_from_directory(package_folder(asset.package), asset.file, max_age=YEAR_S)
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    return response
