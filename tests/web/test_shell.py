"""Headers, cookies, CSRF, languages, error pages, uploads: what holds for every page."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coord.app import create_app
from coord.config import Settings, SettingsError, read_settings
from coord.web.pages import safe_path
from tests.factories import People, csrf_token, post


def test_headers_of_every_answer(client: FlaskClient) -> None:
    headers = client.get("/sign-in").headers
    csp = headers["Content-Security-Policy"]
    assert "unsafe" not in csp
    assert "default-src 'self'" in csp
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_production_cookies_are_host_bound_and_secure(settings: Settings) -> None:
    app = create_app(replace(settings, env="production", secure_cookies=True))
    with app.app_context():
        assert app.config["SESSION_COOKIE_NAME"] == "__Host-coord"
        assert app.config["SESSION_COOKIE_SECURE"]
        answer = app.test_client().get("/nothing-here")
        assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_post_without_a_good_token_is_refused(app: Flask, people: People, token: str) -> None:
    client = people.client(app, "chengdu")
    answer = client.post("/notices/read", data={"csrf_token": token})
    assert answer.status_code == 400
    assert "刷新" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "status"), [("/no", 404), ("/cases/999999999999999999", 404), ("/sign-out", 405)]
)
def test_error_pages_in_both_languages(app: Flask, people: People, path: str, status: int) -> None:
    client = people.client(app, "pujiang")
    chinese = client.get(path)
    assert chinese.status_code == status
    assert "回到工作台" in chinese.get_data(as_text=True)
    assert post(client, "/language", language="en", next="/account").status_code == 302
    english = client.get(path).get_data(as_text=True)
    assert "Back to the workbench" in english
    assert 'lang="en"' in english


def test_the_language_is_remembered_before_sign_in(client: FlaskClient) -> None:
    post(client, "/language", language="en", next="/sign-in")
    assert "Sign in" in client.get("/sign-in").get_data(as_text=True)
    post(client, "/language", language="xx", next="/sign-in")
    assert "Sign in" in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "evil", ""],
)
def test_nobody_is_sent_to_another_site(target: str) -> None:
    assert safe_path(target) == "/"


def test_a_path_of_our_own_is_kept() -> None:
    assert safe_path("/cases/?tab=sent") == "/cases/?tab=sent"


def test_unknown_fields_are_refused(app: Flask, people: People) -> None:
    client = people.client(app, "sysadmin")
    answer = post(
        client, "/admin/people/new", login="abc", name="x", organisation_id="1", role="auditor"
    )
    assert answer.status_code == 400


def test_an_upload_beyond_the_limit_is_a_page_in_words(
    settings: Settings, app: Flask, people: People
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    client = people.client(app, "pujiang")
    answer = client.post(
        "/cases/new", data=b"x" * 2**21, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "不得超过1 MB" in answer.get_data(as_text=True)


def test_many_sign_ins_are_slowed(client: FlaskClient, people: People) -> None:
    token = csrf_token(client)
    codes = [
        client.post(
            "/sign-in", data={"csrf_token": token, "login": "x", "password": "y"}
        ).status_code
        for _ in range(21)
    ]
    assert codes[-1] == 429
    assert set(codes[:20]) == {422}


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"COORD_ENV": "prod"}, "COORD_ENV"),
        ({"COORD_ENV": "production"}, "COORD_SECRET_KEY"),
        ({"COORD_ENV": "production", "COORD_SECRET_KEY": "x" * 32}, "COORD_PUBLIC_URL"),
        ({"COORD_LISTEN": "8000"}, "COORD_LISTEN"),
        ({"COORD_MAX_UPLOAD_MIB": "lots"}, "COORD_MAX_UPLOAD_MIB"),
        ({"COORD_IDLE_MINUTES": "0"}, "COORD_IDLE_MINUTES"),
    ],
)
def test_wrong_settings_are_named(environ: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        read_settings(environ)
