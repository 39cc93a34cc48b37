"""A real browser: headless Chromium through playwright, watched for what it asks for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1440, "height": 900}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser, or a skip that says why; in CI its absence is a failure."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("COORD_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is not installed, and CI must have it")
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-wqy-microhei")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Notes requests that leave this machine, errors of scripts and of the CSP."""

    def __init__(self, page: Page) -> None:
        self.outside: list[str] = []
        self.faults: list[str] = []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._console)

    def _request(self, request: object) -> None:
        url = str(getattr(request, "url"))  # noqa: B009 - playwright's class is not public
        if urlsplit(url).hostname not in {"127.0.0.1", None}:
            self.outside.append(url)

    def _console(self, message: object) -> None:
        if getattr(message, "type") == "error":  # noqa: B009
            text = str(getattr(message, "text"))  # noqa: B009
            # Chromium reports every answer of 4xx; journeys ask for some on purpose.
            if "Failed to load resource" not in text:
                self.faults.append(text)


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2 A and AA, a line each."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [
        f"{violation['id']}: {[node['target'] for node in violation['nodes']][:3]}"
        for violation in results.response["violations"]
    ]


def sideways_scroll(page: Page) -> int:
    """How many pixels the page is wider than the window; a good page: 0."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def take_picture(page: Page, name: str) -> Path:
    """The page as docs/ shows it, at the window's width."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    path = PICTURES / f"{name}-{width}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path
