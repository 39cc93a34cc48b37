"""Long work is done in the test's own process; only one test starts a real one."""

import pytest


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the work that pages and jobs would have started, in order."""
    numbers: list[int] = []
    for module in ("work_views", "jobs", "work_process"):
        monkeypatch.setattr(
            f"coord.boundaries.{module}.start_process",
            lambda _settings, number: numbers.append(number),
        )
    return numbers
