"""Serves a prepared installation: waitress, one process, and the scheduler beside it."""

from typing import Any

import click
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.utilities import RequestEntityTooLarge

from coord.config import Settings, SettingsError
from coord.worker import Worker

THREADS = 8
#: Above this waitress itself refuses a body before reading it; the room between it and
#: MAX_CONTENT_LENGTH lets our own page, in the person's language, say so.
HEADROOM_BYTES = 512 * 1024 * 1024


class TooLarge(RequestEntityTooLarge):
    """Waitress's refusal of a body that it will not even read, in words for people."""

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and a page in both languages: whose it is is not known yet."""
        del ident
        page = (
            '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>413</title>'
            "<h1>上传内容过大</h1><p>没有保存任何内容。请返回上一页,压缩或分次上传。</p>"
            '<p lang="en">The upload is too large; nothing was saved. Go back and split it.</p>'
            '<p><a href="/">联动 Coord</a></p></html>'
        )
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return f"{self.code} {self.reason}", headers, page.encode("utf-8")


class Parser(HTTPRequestParser):
    """Waitress's parser with our own words for a body that is too large."""

    error: Any = None

    def received(self, data: bytes) -> int:
        """As waitress's."""
        consumed: int = super().received(data)
        if type(self.error) is RequestEntityTooLarge:
            self.error = TooLarge(self.error.body)
        return consumed


class Channel(HTTPChannel):
    """A connection that uses our parser; waitress has no setting for it."""

    parser_class = Parser


def serve_prepared(app: Flask, settings: Settings) -> None:
    """Listen until told to stop; prints the address and, in a demonstration, the accounts."""
    host, _colon, port = settings.listen.rpartition(":")
    BaseWSGIServer.channel_class = Channel
    try:
        server = create_server(
            app,
            host=host.strip("[]"),
            port=int(port),
            threads=THREADS,
            max_request_body_size=settings.max_upload_bytes + HEADROOM_BYTES,
            ident="coord",
        )
    except OSError as fault:
        raise SettingsError(f"COORD_LISTEN={settings.listen}: {fault.strerror}") from fault
    worker = Worker(app, settings)
    worker.start()
    _announce(settings)
    try:
        server.run()
    finally:
        worker.stop()


def _announce(settings: Settings) -> None:
    click.echo(f"\n  联动 Coord  →  {settings.public_url}\n")
    if not settings.is_production:
        # The generator is not imported where real people work.
        from coord.demo.people import ACCOUNTS, PASSWORD

        click.echo(f"  演示账号 / demonstration accounts (密码 / password: {PASSWORD})")
        for account in ACCOUNTS:
            click.echo(f"    {account.login:<12} {account.words}")
        click.echo("")
