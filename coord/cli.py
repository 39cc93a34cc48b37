"""The `coord` command: `./run coord …`, or `python -m coord.cli …`."""

import logging
import sys
from typing import NoReturn

import click
from alembic.util import CommandError
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from coord.agreements.workflow import WORKFLOW as AGREEMENTS
from coord.app import create_app
from coord.audit.operations import verify
from coord.boundaries.commands import boundaries_group
from coord.boundaries.locate_commands import locate
from coord.boundaries.map_commands import map_command
from coord.boundaries.vintage_commands import INSTALLATION_COMMANDS
from coord.cases.workflow import WORKFLOW as LEADS
from coord.config import Settings, SettingsError, read_settings
from coord.kernel.clock import utc_now
from coord.kernel.errors import CoordError
from coord.kernel.workflow import as_markdown
from coord.schedule.workflow import WORKFLOW as ACTIONS

#: A wrong setting, file or argument; nothing was changed.
EXIT_BAD_INPUT = 2
EXIT_TRAIL_BROKEN = 1


@click.group()
@click.pass_context
def coord(context: click.Context) -> None:
    """跨市生态环境联动执法协同平台 / Coord."""
    # The rooms' own commands stand below the application and are handed it on demand.
    context.obj = _application
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


coord.add_command(boundaries_group)
for _command in (locate, map_command, *INSTALLATION_COMMANDS):
    boundaries_group.add_command(_command)


@coord.command()
def serve() -> None:
    """Prepare the installation and serve it with waitress."""
    # Imported here so that the other commands start without the server and the scheduler.
    from coord.serving import serve_prepared

    app, settings = _application()
    _prepare(app, settings)
    try:
        serve_prepared(app, settings)
    except SettingsError as fault:
        _refuse([str(fault)])


@coord.command()
def prepare() -> None:
    """Prepare the installation (tables, boundaries, agencies, agreements) without serving."""
    app, settings = _application()
    _prepare(app, settings)
    click.echo("已就绪 / ready")


@coord.group()
def audit() -> None:
    """审计日志 / the audit trail."""


@audit.command("verify")
def audit_verify() -> None:
    """Say whether the trail is whole, and where it is not (exit 1)."""
    app, _settings = _application()
    with app.app_context():
        count, breaks = verify()
    for broken in breaks:
        click.echo(f"#{broken.seq}: {broken.message}", err=True)
    if breaks:
        click.echo(f"审计日志不完整:{len(breaks)} 处 / the trail is broken", err=True)
        sys.exit(EXIT_TRAIL_BROKEN)
    click.echo(f"审计日志完整,共 {count} 条 / the trail is whole")


@coord.command()
def workflows() -> None:
    """状态流转表 / the workflow tables, as docs/workflow.md holds them."""
    click.echo(workflow_document(), nl=False)


def workflow_document() -> str:
    """Every workflow of the house as one Markdown page."""
    head = "# Workflows\n\nDrawn from the tables in the code by `./run coord workflows`.\n\n"
    return head + "\n".join(as_markdown(one) for one in (AGREEMENTS, ACTIONS, LEADS))


@coord.group()
def jobs() -> None:
    """定时任务 / scheduled work."""


@jobs.command("run")
def jobs_run() -> None:
    """Do everything that is due now, once."""
    # The scheduler's library is needed by this command and by serve alone.
    from coord.worker import JOBS, run_job

    app, _settings = _application()
    for job in JOBS:
        click.echo(f"{job.name}: {run_job(app, job)} ({utc_now():%Y-%m-%d %H:%M}Z)")


def _application() -> tuple[Flask, Settings]:
    try:
        settings = read_settings()
    except SettingsError as fault:
        _refuse(str(fault).split("; "))
    try:
        return create_app(settings), settings
    except OSError as fault:
        _refuse([f"COORD_INSTANCE={settings.instance}: {fault.strerror}"])
    except SQLAlchemyError as fault:
        _refuse([_database_words(fault)])


def _prepare(app: Flask, settings: Settings) -> None:
    # Reads every room's models; the commands that only read do without.
    from coord.preparation import prepare as prepare_installation

    try:
        prepare_installation(app, settings)
    except (SettingsError, CoordError) as fault:
        _refuse(str(fault).split("; "))
    except SQLAlchemyError as fault:
        _refuse([_database_words(fault)])
    except CommandError as fault:
        _refuse([f"数据库版本与程序不符 / the database is of another version: {fault}"])


def _database_words(fault: SQLAlchemyError) -> str:
    cause = getattr(fault, "orig", None) or fault
    return f"数据库不可用 / the database cannot be used: {str(cause).splitlines()[0]}"


def _refuse(lines: list[str]) -> NoReturn:
    for line in lines:
        click.echo(f"coord: {line}", err=True)
    sys.exit(EXIT_BAD_INPUT)


if __name__ == "__main__":
    coord()
