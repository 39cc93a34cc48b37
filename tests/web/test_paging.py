"""Pages of a list, and pages that are refused, in both languages."""

import re

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from coord.web.errors import ADVICE, TITLES
from coord.web.guards import public
from coord.web.paging import LAST_PAGE, page_number
from tests.factories import People, post


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("", 1),
        ("?page=7", 7),
        ("?page=0", 1),
        ("?page=-5", 1),
        ("?page=x", 1),
        ("?page=", 1),
        ("?page=1.5", 1),
        ("?page=99999999999999999999999", LAST_PAGE),
    ],
)
def test_a_page_number_is_always_one_the_database_takes(app: Flask, asked: str, page: int) -> None:
    with app.test_request_context(f"/{asked}"):
        assert page_number() == page


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_error_is_a_page_in_the_persons_language(
    app: Flask, client: FlaskClient, status: int, language: str
) -> None:
    def view() -> str:
        abort(status)

    app.add_url_rule("/break", "break", public()(view))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client.set_cookie("coord_language", language)
    answer = client.get("/break")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    main = re.search(r"<main.*?</main>", answer.text, flags=re.S)
    assert main is not None
    chinese = TITLES[status] in main.group(0)
    assert chinese is (language == "zh_CN")
    assert (ADVICE[status].split(";")[0][:8] in main.group(0)) is chinese
    assert "Traceback" not in answer.text


def test_an_error_nobody_expected_tells_nothing_of_the_inside(app: Flask, people: People) -> None:
    def view() -> str:
        raise RuntimeError("the secret of the inside")

    app.add_url_rule("/break", "break", public()(view))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = people.client(app, "pujiang").get("/break")
    assert answer.status_code == 500
    assert "secret of the inside" not in answer.text
    assert "RuntimeError" not in answer.text


def test_the_persons_own_language_follows_him(app: Flask, people: People) -> None:
    phone = people.client(app, "pujiang")
    post(phone, "/language", language="en", next="/account")
    desk = people.client(app, "pujiang")
    assert '<html lang="en">' in desk.get("/account").text
    post(desk, "/language", language="zh_CN", next="/account")
    assert '<html lang="zh-CN">' in phone.get("/account").text


def test_choosing_a_language_leads_to_no_other_site(client: FlaskClient) -> None:
    answer = post(client, "/language", language="en", next="https://evil.example/")
    assert answer.headers["Location"] == "/"
    assert post(client, "/language", language="en", other="1").status_code == 400
