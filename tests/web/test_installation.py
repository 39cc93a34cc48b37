"""The installation as an operator meets it: real processes, wrong folders, a killed server."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHEAP = {"COORD_ARGON2_TIME_COST": "1", "COORD_ARGON2_MEMORY_KIB": "64"}
REAL = {
    **CHEAP,
    "COORD_ENV": "production",
    "COORD_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "COORD_PUBLIC_URL": "https://coord.example",
}


def coord(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`coord …` in a process of its own, with no settings but those given."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COORD_")}
    return subprocess.run(
        [sys.executable, "-m", "coord.cli", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        env={**plain, "COORD_INSTANCE": str(folder), **environ},
    )


def test_a_real_installation_wants_a_first_administrator_and_makes_no_demonstration(
    tmp_path: Path,
) -> None:
    refused = coord(tmp_path / "i", "prepare", **REAL)
    assert refused.returncode == 2
    assert "COORD_FIRST_ADMIN" in refused.stderr
    weak = coord(tmp_path / "i", "prepare", **REAL, COORD_FIRST_ADMIN="boss:password1234")
    assert (weak.returncode, "密码" in weak.stderr) == (2, True)
    made = coord(tmp_path / "i", "prepare", **REAL, COORD_FIRST_ADMIN="boss:a quiet riddle of nine")
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(tmp_path / "i" / "coord.sqlite") as database:
        assert database.execute("SELECT login FROM person").fetchall() == [("boss",)]
        assert database.execute("SELECT count(*) FROM lead").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM county_unit").fetchone() == (81,)
    database.close()
    again = coord(tmp_path / "i", "prepare", **REAL)
    assert again.returncode == 0, again.stderr
    whole = coord(tmp_path / "i", "audit", "verify", **REAL)
    assert (whole.returncode, "完整" in whole.stdout) == (0, True)


@pytest.mark.parametrize("kind", ["a file", "rubbish database", "newer database"])
def test_a_wrong_folder_ends_in_one_line(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "i"
    if kind == "a file":
        folder.write_text("x")
    else:
        folder.mkdir()
        if kind == "rubbish database":
            (folder / "coord.sqlite").write_bytes(b"this is no database" * 100)
        else:
            with sqlite3.connect(folder / "coord.sqlite") as database:
                database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
                database.execute("INSERT INTO alembic_version VALUES ('9999')")
            database.close()
    found = coord(folder, "prepare", **CHEAP)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert found.stderr.strip().splitlines()[-1].startswith("coord: ")


def test_a_port_that_is_taken_ends_in_one_line(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = coord(
            tmp_path / "i", "serve", **CHEAP, COORD_LISTEN=f"127.0.0.1:{taken.getsockname()[1]}"
        )
    assert (found.returncode, "Traceback" in found.stderr) == (2, False)
    assert "COORD_LISTEN" in found.stderr


def test_killed_in_the_middle_of_its_first_preparation_it_starts_again(tmp_path: Path) -> None:
    """Whatever moment the process dies at, the next start finds nothing half-done."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COORD_")}
    for seconds in (1.5, 2.5, 3.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "coord.cli", "prepare"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**plain, "COORD_INSTANCE": str(tmp_path / "i"), **CHEAP},
        )
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    finished = coord(tmp_path / "i", "prepare", **CHEAP)
    assert finished.returncode == 0, finished.stderr
    with sqlite3.connect(tmp_path / "i" / "coord.sqlite") as database:
        assert database.execute("SELECT count(*) FROM lead").fetchone() == (5,)
        assert database.execute("SELECT count(*) FROM county_unit").fetchone() == (81,)
    database.close()
    assert coord(tmp_path / "i", "audit", "verify", **CHEAP).returncode == 0
