"""`coord boundaries work|import|compare`: what needs the installation, for people and scripts."""

from collections.abc import Callable

import click
from flask import Flask

from coord.boundaries.doers import DOERS
from coord.boundaries.work_process import do_in_process
from coord.config import Settings

#: How a command gets the installation: coord/cli.py hands it on, since it stands above the rooms.
Opening = Callable[[], tuple[Flask, Settings]]


@click.command("work")
@click.argument("number", type=click.IntRange(1))
@click.pass_obj
def work(opening: Opening, number: int) -> None:
    """做一项已提交的长时间计算 / do a piece of long work that a page asked for."""
    app, settings = opening()
    do_in_process(app, settings, number, DOERS)


INSTALLATION_COMMANDS: tuple[click.Command, ...] = (work,)
