"""The docs say what the code says."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from coord.cli import coord, workflow_document
from coord.config import Settings
from coord.worker import JOBS

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")


def test_the_workflow_page_is_drawn_from_the_tables() -> None:
    assert (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8") == workflow_document()


def test_every_setting_is_explained_to_the_operator() -> None:
    read = set(
        re.findall(
            r'"(COORD_[A-Z0-9_]+)"', (ROOT / "coord" / "config.py").read_text(encoding="utf-8")
        )
    )
    assert len(read) >= len(fields(Settings)) - 1
    assert sorted(name for name in read if name not in OPERATOR) == []


def test_every_command_and_job_is_explained_to_the_operator() -> None:
    assert sorted(name for name in coord.commands if f"`{name}" not in OPERATOR) == []
    assert sorted(job.name for job in JOBS if job.name not in OPERATOR) == []


@pytest.mark.parametrize(
    "page", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"], ids=lambda p: p.name
)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert missing == []
