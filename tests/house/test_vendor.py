"""The browser files of others are those that vendor.json names, byte for byte."""

import hashlib

import pytest
from flask.testing import FlaskClient

from coord.web.vendor import Asset, assets, package_folder


@pytest.mark.parametrize("asset", assets().values(), ids=lambda asset: asset.path)
def test_installed_file_is_the_listed_one(asset: Asset) -> None:
    content = (package_folder(asset.package) / asset.file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == asset.sha256


def test_only_listed_files_are_served(client: FlaskClient) -> None:
    with client.get("/vendor/leaflet/leaflet.js") as response:
        assert response.status_code == 200
    for path in ("leaflet/leaflet-src.js", "../coord.css", "leaflet/../leaflet.js", "x"):
        assert client.get(f"/vendor/{path}").status_code == 404
