"""What people make in the studio: edits of contacts, saved scenarios, zones, plans, long work."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coord.boundaries.enums import ContactChange, Verification, WorkKind, WorkState
from coord.db import Base, Instant, enum_column


class ContactEdit(Base):
    """A contact added or struck out by hand, with the reason and whose name; never deleted."""

    __tablename__ = "contact_edit"
    __table_args__ = (
        CheckConstraint("a < b", name="order"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vintage_id: Mapped[int] = mapped_column(ForeignKey("boundary_vintage.id"), index=True)
    a: Mapped[str] = mapped_column(String(6))
    b: Mapped[str] = mapped_column(String(6))
    change: Mapped[ContactChange] = mapped_column(enum_column(ContactChange))
    #: Metres, as stated by the person; None where a computed contact was struck out.
    length_m: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(320))
    made_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(String(320))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")


class SavedScenario(Base):
    """Rules and their computed groups, as saved: never altered, only put aside."""

    __tablename__ = "saved_scenario"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text, default="")
    vintage_id: Mapped[int] = mapped_column(ForeignKey("boundary_vintage.id"), index=True)
    #: The vintage's revision at the time, so that later edits show as such.
    revision: Mapped[int]
    #: Party keys, sorted.
    parties: Mapped[list[str]] = mapped_column(JSON)
    #: grouping.Rules as data, see exchange.py.
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: grouping.Grouping as data, see exchange.py.
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: SHA-256 of contacts, parties and perimeters that went in.
    input_sha256: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(320))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    party: Mapped[str] = mapped_column(String(4))
    saved_at: Mapped[datetime] = mapped_column(Instant)
    #: Where it was replayed from another installation's file: that file's SHA-256.
    replayed_from: Mapped[str | None] = mapped_column(String(64))
    put_aside_at: Mapped[datetime | None] = mapped_column(Instant)


class FunctionalZone(Base):
    """A functional zone without a division code: own key, parents, optional polygon."""

    __tablename__ = "functional_zone"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Six characters, the party's four digits first and a letter next: 5101A1. No division
    #: code has a letter, so it can never be taken for one.
    key: Mapped[str] = mapped_column(String(6), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    party: Mapped[str] = mapped_column(String(4), index=True)
    #: Codes of the counties on whose ground it lies.
    parent_codes: Mapped[list[str]] = mapped_column(JSON)
    #: GeoJSON geometry, degrees, CGCS2000; None until one is drawn or uploaded.
    polygon: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    area_m2: Mapped[float | None]
    #: Where the polygon and the membership come from.
    source: Mapped[str] = mapped_column(String(300), default="")
    verification: Mapped[Verification] = mapped_column(enum_column(Verification))
    #: Whether the next carving takes its ground from its parents.
    is_carved: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[str] = mapped_column(String(320))
    made_at: Mapped[datetime] = mapped_column(Instant)
    from_on: Mapped[date | None] = mapped_column(Date)
    to_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class GroupPlan(Base):
    """A version of a joint group's work plan (工作方案) file; the newest counts."""

    __tablename__ = "group_plan"
    __table_args__ = (UniqueConstraint("group_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("joint_group.id"), index=True)
    #: Version, from 1.
    number: Mapped[int]
    original_name: Mapped[str] = mapped_column(String(200))
    stored_name: Mapped[str] = mapped_column(String(80))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str] = mapped_column(String(320))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)


class BoundaryWork(Base):
    """A piece of long work: asked by a page, done by a process of its own, shown as it goes."""

    __tablename__ = "boundary_work"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[WorkKind] = mapped_column(enum_column(WorkKind))
    state: Mapped[WorkState] = mapped_column(enum_column(WorkState))
    #: 0 to 1.
    share: Mapped[float] = mapped_column(default=0.0)
    #: What is being done now, a msgid with its parameters.
    step: Mapped[str] = mapped_column(String(200), default="")
    step_params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: What was asked, by kind.
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: What came of it, by kind.
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    #: Why it failed, a msgid with its parameters.
    fault: Mapped[str] = mapped_column(Text, default="")
    fault_params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    party: Mapped[str] = mapped_column(String(4))
    asked_by: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    #: Last sign of life of its process.
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
    over_at: Mapped[datetime | None] = mapped_column(Instant)
    process_id: Mapped[int | None]


class BoundaryImport(Base):
    """A boundary file on its way in: staged, looked at, checked; a vintage only once kept."""

    __tablename__ = "boundary_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    party: Mapped[str] = mapped_column(String(4))
    uploaded_by: Mapped[str] = mapped_column(String(320))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    original_name: Mapped[str] = mapped_column(String(200))
    #: In the folder of imports; "" once the file is deleted.
    stored_name: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    #: What the person says of the file: see vintage_operations.Described.
    described: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Layers with their columns and samples, [] until looked at: see source_columns.Layout.
    layouts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: The columns and the datum chosen, {} until chosen: see sources.ReadingChoice.
    choice: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: The newest work that looked at, checked or kept the file.
    work_id: Mapped[int | None] = mapped_column(ForeignKey("boundary_work.id"))
    #: The newest check that came to an end under the present choice: its answer is the report.
    check_work_id: Mapped[int | None] = mapped_column(ForeignKey("boundary_work.id"))
    #: The vintage that came of it.
    vintage_id: Mapped[int | None] = mapped_column(ForeignKey("boundary_vintage.id"))
    #: Kept, put aside, or left lying for a day.
    over_at: Mapped[datetime | None] = mapped_column(Instant)
