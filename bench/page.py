"""Requests per second and latency of real pages, against a static file of the same server.

A demonstration installation is made in a temporary folder and served by waitress in a
process of its own; eight connections, kept alive, ask in turn from this process.
"""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

CONNECTIONS = 8
SECONDS = 6.0
WARM_UP_SECONDS = 1.0
ROUNDS = 3


@dataclass(frozen=True)
class Target:
    """A page to ask for and how to ask."""

    name: str
    path: str
    headers: dict[str, str]
    status: int = 200


def main() -> None:
    """Serve, measure each target ROUNDS times in turn, print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server = start_server(Path(folder), port)
        try:
            targets = make_targets(port)
            results: dict[str, list[tuple[float, float, float]]] = {t.name: [] for t in targets}
            for _round in range(ROUNDS):
                for target in targets:
                    results[target.name].append(measure(port, target))
        finally:
            server.terminate()
            server.wait(timeout=20)
    show(results)


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """A fresh demonstration on `port`, once it answers."""
    environ = {
        **os.environ,
        "COORD_ENV": "demo",
        "COORD_INSTANCE": str(folder),
        "COORD_LISTEN": f"127.0.0.1:{port}",
        "COORD_RATE_LIMITS": "off",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "coord.cli", "serve"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _try in range(600):
        try:
            if fetch(port, "/healthz", {})[0] == 200:
                return server
        except OSError:
            time.sleep(0.1)
    server.kill()
    raise RuntimeError("the server did not answer within a minute")


def fetch(
    port: int, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, http.client.HTTPMessage, str]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST" if body is not None else "GET", path, body, headers)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, response.headers, text


def make_targets(port: int) -> list[Target]:
    """Sign in as the demonstration's county officer and make a feed; then what to ask for."""
    from coord.demo.people import OFFICER_LOGIN, PASSWORD

    cookie, token = sign_in(port, OFFICER_LOGIN, PASSWORD)
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    made = fetch(
        port,
        "/schedule/subscriptions",
        form,
        urlencode({"csrf_token": token, "name": "bench"}),
    )
    feed = re.search(r"/feeds/[\w-]+\.ics", made[2])
    if feed is None:
        raise RuntimeError(f"no feed address on the page (status {made[0]})")
    _status, headers, _text = fetch(port, feed.group(0), {})
    etag = headers["ETag"]
    return [
        Target("static file", "/static/mark.svg", {}),
        Target("home", "/", {"Cookie": cookie}),
        Target("lead list", "/cases/", {"Cookie": cookie}),
        Target("feed 200", feed.group(0), {}),
        Target("feed 304", feed.group(0), {"If-None-Match": etag}, 304),
    ]


def sign_in(port: int, login: str, password: str) -> tuple[str, str]:
    """(Cookie header, CSRF token) of a signed-in session."""
    _status, headers, text = fetch(port, "/sign-in", {})
    cookie = headers["Set-Cookie"].split(";")[0]
    body = urlencode({"csrf_token": find_token(text), "login": login, "password": password})
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _text = fetch(port, "/sign-in", form, body)
    if status != 302:
        raise RuntimeError(f"sign-in answered {status}")
    cookie = headers["Set-Cookie"].split(";")[0]
    _status, headers, text = fetch(port, "/account", {"Cookie": cookie})
    if "Set-Cookie" in headers:
        cookie = headers["Set-Cookie"].split(";")[0]
    return cookie, find_token(text)


def find_token(text: str) -> str:
    """The CSRF token on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    if found is None:
        raise RuntimeError("no CSRF token on the page")
    return found.group(1)


def measure(port: int, target: Target) -> tuple[float, float, float]:
    """(Requests per second, p50 ms, p99 ms) under CONNECTIONS connections."""
    latencies: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    faults: list[str] = []
    begin = time.perf_counter() + WARM_UP_SECONDS
    end = begin + SECONDS
    threads = [
        threading.Thread(target=ask, args=(port, target, begin, end, own, faults))
        for own in latencies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"{target.name}: {faults[0]}")
    every = sorted(value for own in latencies for value in own)
    quantiles = statistics.quantiles(every, n=100)
    return len(every) / SECONDS, quantiles[49] * 1000, quantiles[98] * 1000


def ask(
    port: int, target: Target, begin: float, end: float, own: list[float], faults: list[str]
) -> None:
    """Ask again and again on one connection; count what begins within the window."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while (start := time.perf_counter()) < end:
        connection.request("GET", target.path, headers=target.headers)
        response = connection.getresponse()
        response.read()
        if response.status != target.status:
            faults.append(f"status {response.status}")
            break
        if start >= begin:
            own.append(time.perf_counter() - start)
    connection.close()


def show(results: dict[str, list[tuple[float, float, float]]]) -> None:
    """Medians of the rounds, and each page's rate as a share of the static file's."""
    print(f"{CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS:.0f} s, medians")
    print(f"{'page':<14}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'of static':>11}")
    static = statistics.median(rate for rate, _p50, _p99 in results["static file"])
    for name, rounds in results.items():
        rate, p50, p99 = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{name:<14}{rate:>9.0f}{p50:>9.1f}{p99:>9.1f}{rate / static:>10.0%}")
