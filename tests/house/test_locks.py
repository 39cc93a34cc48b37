"""The hash locks hold what setup.cfg asks for, and nothing without a hash."""

import configparser
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
WANTED = {
    "requirements.lock": SETUP["options"]["install_requires"],
    "requirements-test.lock": SETUP["options"]["install_requires"]
    + SETUP["options.extras_require"]["test"],
    "requirements-bench.lock": SETUP["options"]["install_requires"]
    + SETUP["options.extras_require"]["bench"],
}


def pins(lock: str) -> dict[str, set[str]]:
    """Name → pinned versions (several where a marker tells Python versions apart)."""
    found: dict[str, set[str]] = {}
    text = (ROOT / lock).read_text(encoding="utf-8")
    for name, version in re.findall(r"^([A-Za-z0-9._\[\]-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(canonicalize_name(name.split("[")[0]), set()).add(version)
    return found


@pytest.mark.parametrize("lock", WANTED)
def test_every_requirement_is_pinned_within_its_range(lock: str) -> None:
    pinned = pins(lock)
    for line in WANTED[lock].split():
        requirement = Requirement(line)
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, line
        assert all(requirement.specifier.contains(version) for version in versions), line


@pytest.mark.parametrize("lock", WANTED)
def test_every_pin_has_a_hash_and_no_address_is_written(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "http" not in text
    assert "--index-url" not in text


@pytest.mark.parametrize("lock", ["requirements-test.lock", "requirements-bench.lock"])
def test_the_larger_locks_repeat_the_first(lock: str) -> None:
    smaller, larger = pins("requirements.lock"), pins(lock)
    assert {name: larger.get(name) for name in smaller} == smaller
