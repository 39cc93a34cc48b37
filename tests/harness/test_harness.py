"""The harness itself: the database and the browser are real."""

from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from tests.harness.chromium import axe_violations


def test_postgresql_answers(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.scalar(text("SHOW server_version"))
    engine.dispose()
    assert int(str(version).split(".")[0]) >= 16


def test_the_browser_runs_scripts_and_axe_finds_faults(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang='zh'><title>t</title><main><img src='x'></main></html>")
    assert page.evaluate("1 + 1") == 2
    assert any(line.startswith("image-alt") for line in axe_violations(page))
    page.close()
