"""A real server on the demonstration season, a real browser at both widths."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from coord.db import db
from tests.conftest import SEASON_ENVIRON
from tests.factories import DEMO_PASSWORD
from tests.harness.chromium import (
    DESKTOP,
    PHONE,
    Watch,
    axe_violations,
    sideways_scroll,
    take_picture,
)
from tests.invariants import check_invariants


@dataclass
class Site:
    """The running site, and people's windows on it."""

    app: Flask
    url: str
    browser: Browser
    contexts: dict[str, BrowserContext]
    watches: list[Watch]

    def open(self, login: str, *, phone: bool = False, language: str = "zh_CN") -> Page:
        """A signed-in window of a person."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            locale="zh-CN",
            base_url=self.url,  # type: ignore[arg-type]
        )
        page = context.new_page()
        self.watches.append(Watch(page))
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", DEMO_PASSWORD)
        page.click("main button")
        page.wait_for_url(f"{self.url}/")
        if language == "en":
            with page.expect_navigation():
                page.locator("button[value=en]").evaluate("button => button.click()")
        self.contexts[f"{login}{len(self.contexts)}"] = context
        return page

    def look(self, page: Page, name: str = "") -> None:
        """The page fits its window, axe finds nothing; a picture is kept where one is named."""
        page.wait_for_load_state("networkidle")
        assert sideways_scroll(page) == 0, page.url
        assert axe_violations(page) == [], page.url
        if name:
            take_picture(page, name)


def wait_for(address: str) -> None:
    """Until the server answers, at most half a minute."""
    for _try in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer")


@pytest.fixture
def site(browser: Browser, season: Flask) -> Iterator[Site]:
    """The season served on a free loopback port; afterwards nothing left the machine and
    the database is whole."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    db.session.rollback()
    environ = {
        **os.environ,
        **SEASON_ENVIRON,
        "COORD_INSTANCE": season.instance_path,
        "COORD_LISTEN": address,
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "coord.cli", "serve"], env=environ, stdout=subprocess.DEVNULL
    )
    url = f"http://{address}"
    wait_for(f"{url}/healthz")
    found = Site(season, url, browser, {}, [])
    yield found
    for context in found.contexts.values():
        context.close()
    server.terminate()
    server.wait(timeout=20)
    assert [line for watch in found.watches for line in watch.outside] == []
    assert [line for watch in found.watches for line in watch.faults] == []
    db.session.rollback()
    check_invariants()
