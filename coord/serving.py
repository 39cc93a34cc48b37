"""Serves a prepared installation: waitress, one process, and the scheduler beside it."""

import click
from flask import Flask
from waitress.server import create_server

from coord.config import Settings, SettingsError
from coord.worker import Worker

THREADS = 8
#: Above this waitress itself refuses a body before reading it; the room between it and
#: MAX_CONTENT_LENGTH lets our own page, in the person's language, say so.
HEADROOM_BYTES = 512 * 1024 * 1024


def serve_prepared(app: Flask, settings: Settings) -> None:
    """Listen until told to stop; prints the address and, in a demonstration, the accounts."""
    host, _colon, port = settings.listen.rpartition(":")
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
