"""Bring a boundary file, choose its columns, have it checked, keep it, put it in use."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from coord.audit.operations import record
from coord.boundaries.enums import WorkKind
from coord.boundaries.findings import Severity
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.notices import tell_of_activation
from coord.boundaries.operations import make_current
from coord.boundaries.policy import may
from coord.boundaries.sources import ReadingChoice
from coord.boundaries.studio_models import BoundaryImport, BoundaryWork
from coord.boundaries.vintage_queries import Consequences, consequences_of, report_of
from coord.boundaries.works import ask_work
from coord.db import after_commit, db
from coord.kernel.actor import Actor
from coord.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from coord.kernel.files import Stored
from coord.kernel.text import N_

#: What nobody went on with for so long is put aside, its file deleted.
LEFT_LYING = timedelta(days=1)

#: Wider than this, a tolerance joins what does not touch. Metres.
WIDEST_TOLERANCE_M = 1000.0

ONLY_COORDINATORS = N_("只有五市的市级联动联络员可以导入和启用边界数据。")


@dataclass(frozen=True)
class Described:
    """What a person says of the file he brings."""

    name: str
    source: str
    vintage: str
    licence: str
    map_approval_number: str
    accuracy_m: float | None
    tolerance_m: float
    min_length_m: float | None


def bring_file(
    stored: Stored, described: Described, *, folder: Path, actor: Actor, now: datetime
) -> BoundaryImport:
    """Note a file staged in `folder` and ask for a first look at it: its layers and columns."""
    _check_may(actor, "import")
    _check_described(described)
    brought = BoundaryImport(
        person_id=actor.person_id,
        party=actor.party,
        uploaded_by=f"{actor.name}({actor.organisation_name})",
        uploaded_at=now,
        original_name=stored.original_name,
        stored_name=stored.stored_name,
        size=stored.size,
        sha256=stored.sha256,
        described={**asdict(described), "folder": str(folder)},
        layouts=[],
        choice={},
    )
    db.session.add(brought)
    record("import.brought", brought, actor=actor, now=now, size=stored.size, sha256=stored.sha256)
    _ask(brought, WorkKind.CHECK_IMPORT, "look", actor=actor, now=now)
    return brought


def _check_described(described: Described) -> None:
    for text in (described.name, described.source, described.vintage, described.licence):
        if not text.strip():
            raise Invalid(N_("请写明名称、来源、时点和使用条件。"))
    if not 0 <= described.tolerance_m <= WIDEST_TOLERANCE_M:
        raise Invalid(N_("容差应在0至%(most)s米之间。"), most=round(WIDEST_TOLERANCE_M))


def choose_columns(
    brought: BoundaryImport, choice: ReadingChoice, *, actor: Actor, now: datetime
) -> BoundaryWork:
    """Say which columns and which datum are meant, and ask for the check."""
    _check_may(actor, "import")
    _check_open(brought)
    layouts = {one["layer"]: one for one in brought.layouts}
    layout = layouts.get(choice.layer or "")
    columns = [one["name"] for one in layout["columns"]] if layout is not None else []
    if choice.code_field not in columns or choice.name_field not in columns:
        raise Invalid(N_("请选择代码列和名称列。"))
    brought.choice = asdict(choice)
    brought.check_work_id = None
    record("import.columns_chosen", brought, actor=actor, now=now)
    return _ask(brought, WorkKind.CHECK_IMPORT, "check", actor=actor, now=now)


def keep_import(
    brought: BoundaryImport, *, acknowledged: bool, actor: Actor, now: datetime
) -> BoundaryWork:
    """Ask that the checked file be kept as a vintage, which is not yet in use."""
    _check_may(actor, "import")
    _check_open(brought)
    report = report_of(brought)
    if report is None:
        raise Refused(N_("文件还没有检查完,不能载入。"))
    if report["worst"] == Severity.STOP.value:
        raise Refused(N_("检查发现不能载入的问题,请先按提示更正。"))
    if report["worst"] == Severity.WARN.value and not acknowledged:
        raise Invalid(N_("请逐条核对提醒,并勾选确认。"))
    return _ask(brought, WorkKind.KEEP_IMPORT, "keep", actor=actor, now=now)


def drop_import(brought: BoundaryImport, *, actor: Actor, now: datetime) -> BoundaryImport:
    """Put a file aside; it is deleted, nothing of it was kept."""
    _check_open(brought)
    end_import(brought, now=now)
    record("import.dropped", brought, actor=actor, now=now)
    return brought


def end_import(brought: BoundaryImport, *, now: datetime) -> None:
    """Nothing more comes of the import, and its file goes once that is saved."""
    if brought.stored_name:
        stored = staged_path(brought)
        after_commit(lambda: stored.unlink(missing_ok=True))
    brought.over_at = now
    brought.stored_name = ""
    db.session.flush()


def staged_path(brought: BoundaryImport) -> Path:
    """Where the file lies until the import is over."""
    return Path(brought.described["folder"]) / brought.stored_name


def _ask(
    brought: BoundaryImport, kind: WorkKind, stage: str, *, actor: Actor, now: datetime
) -> BoundaryWork:
    db.session.flush()
    last = db.session.get(BoundaryWork, brought.work_id) if brought.work_id else None
    if last is not None and not last.state.is_over:
        raise Refused(N_("这个文件正在处理,请等它完成或先取消。"))
    asked: dict[str, Any] = {
        "import_id": brought.id,
        "stage": stage,
        "back": f"/boundaries/imports/{brought.id}",
    }
    work = ask_work(kind, asked, actor=actor, now=now)
    brought.work_id = work.id
    return work


def activate_vintage(
    vintage: BoundaryVintage,
    *,
    instead_of: int,
    confirmed: bool,
    actor: Actor,
    now: datetime,
) -> Consequences:
    """Put a vintage in use instead of the one the person saw in use, as put_in_use."""
    _check_may(actor, "activate")
    consequences = put_in_use(
        vintage, instead_of=instead_of, confirmed=confirmed, actor=actor, now=now
    )
    tell_of_activation(vintage, actor=actor, now=now)
    return consequences


def put_in_use(
    vintage: BoundaryVintage,
    *,
    instead_of: int,
    confirmed: bool,
    actor: Actor,
    now: datetime,
) -> Consequences:
    """Put a vintage in use; whoever calls this answers for the right to.

    Conflict where somebody else changed that first; refused where organisations, rosters or
    edits by hand would lose something, unless the person confirmed that he knows.
    """
    current = db.session.scalars(
        select(BoundaryVintage)
        .where(BoundaryVintage.is_current.is_(True))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if current is None or current.id != instead_of:
        raise Conflict(N_("刚才已有人启用了另一个边界版本,您的操作没有保存。请刷新后再看。"))
    if current.id == vintage.id:
        raise Refused(N_("这个边界版本已在使用。"))
    consequences = consequences_of(vintage)
    if consequences.is_impossible:
        raise Refused(N_("这个版本不含五市的任何区县,不能启用;可在命令行或比较页中使用。"))
    if consequences.needs_confirmation and not confirmed:
        raise Refused(N_("启用后有区县或人工增减不再起作用,请先核对并勾选确认。"))
    make_current(vintage)
    record("boundaries.activated", vintage, actor=actor, now=now, instead_of=instead_of)
    return consequences


def _check_open(brought: BoundaryImport) -> None:
    db.session.refresh(brought, with_for_update=True)
    if brought.over_at is not None:
        raise Refused(N_("这次导入已经结束。"))


def _check_may(actor: Actor, verb: str) -> None:
    if not may(actor, verb):
        raise NotAllowed(ONLY_COORDINATORS)
