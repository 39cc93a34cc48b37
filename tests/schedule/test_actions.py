"""Campaigns and actions on both databases: planning, warnings, answers, results."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from coord.agreements.enums import RecordKind
from coord.agreements.models import Agreement
from coord.agreements.operations import (
    draft_renewal,
    load_shipped_agreements,
    publish,
    sign,
)
from coord.boundaries.operations import load_shipped_boundaries
from coord.db import db, unit_of_work
from coord.demo.moments import at
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.schedule import operations as ops
from coord.schedule import results
from coord.schedule.enums import ActionState, Attendance, Focus, InspectionType
from coord.schedule.models import Campaign, JointAction
from coord.schedule.policy import visible, visible_campaigns
from coord.schedule.queries import obligation_records
from coord.schedule.warnings import Plan, check_plan
from coord.workdays.holidays import HolidayTable
from tests.factories import NOW, People, make_people
from tests.invariants import check_invariants

PLAN = ops.ActionPlan(
    kind=RecordKind.DAILY,
    focus=Focus.AIR,
    title="第6组联动",
    group_id=None,
    starts_at=at(2026, 10, 15),
    ends_at=at(2026, 10, 15, 17, 0),
    place="蒲江",
    host_code="510131",
    lead_code="510131",
    region_codes=("510131", "511424", "511402"),
    inspection=InspectionType.SPECIAL,
    approval_number="测环执〔2026〕2号",
    note="只给自己人看",
)
FIGURES = results.Figures(5, 12, 3, 1, 0, Decimal(0), 0, "")
AFTER = at(2026, 10, 16)


@pytest.fixture
def cast(any_app: Flask) -> People:
    people = make_people()
    with unit_of_work():
        load_shipped_boundaries(now=NOW)
        load_shipped_agreements(now=NOW)
    return people


def in_force(cast: People) -> Agreement:
    """A renewed plan that the three coordinators of the cast's cities sign, and two more."""
    ended = db.session.scalars(
        select(Agreement).where(Agreement.key == "five_city_plan_2023")
    ).one()
    chengdu = cast.actor("chengdu")
    plan = draft_renewal(
        ended,
        title="续签",
        effective_from=date(2026, 1, 1),
        effective_to=date(2028, 12, 31),
        is_demo=True,
        actor=chengdu,
        now=NOW,
    )
    for party in ("5101", "5106", "5114", "5118", "5120"):
        sign(plan, actor=replace(chengdu, party=party), now=NOW)
    return publish(plan, actor=chengdu, now=NOW)


def campaign(cast: People) -> Campaign:
    return ops.make_campaign(
        agreement_id=in_force(cast).id,
        kind=RecordKind.COMPREHENSIVE_AUTUMN_WINTER,
        title="秋冬季",
        window=(date(2026, 10, 1), date(2026, 12, 31)),
        foci=[Focus.AIR],
        parent_plan="",
        actor=cast.actor("chengdu"),
        now=NOW,
    )


def published(cast: People) -> JointAction:
    own = campaign(cast)
    action = ops.add_action(own, PLAN, actor=cast.actor("chengdu"), now=NOW)
    ops.publish_campaign(own, actor=cast.actor("chengdu"), now=NOW)
    return action


def test_from_draft_to_closed(cast: People) -> None:
    action = published(cast)
    pujiang, danling, dongpo = (cast.actor(login) for login in ("pujiang", "danling", "dongpo"))
    results.answer(action, attending=True, reason="", actor=danling, now=NOW)
    with pytest.raises(Invalid, match="理由"):
        results.answer(action, attending=False, reason="", actor=dongpo, now=NOW)
    results.answer(action, attending=False, reason="有任务", actor=dongpo, now=NOW)
    with pytest.raises(Refused, match="尚未开始"):
        results.record_result(action, FIGURES, actor=pujiang, now=NOW)
    with pytest.raises(NotAllowed):
        results.record_result(action, FIGURES, actor=danling, now=AFTER)
    results.record_result(action, FIGURES, actor=pujiang, now=AFTER)
    assert action.state is ActionState.REPORTED
    with pytest.raises(NotAllowed):
        results.confirm(action, actor=pujiang, now=AFTER)
    with pytest.raises(Refused, match="没有参加"):
        results.confirm(action, actor=dongpo, now=AFTER)
    results.dispute(action, reason="人次不符", actor=danling, now=AFTER)
    results.record_result(action, replace(FIGURES, officer_times=14), actor=pujiang, now=AFTER)
    results.confirm(action, actor=danling, now=AFTER)
    db.session.commit()
    assert action.state is ActionState.CLOSED
    records = obligation_records(cast.actor("chengdu"), date(2026, 1, 1), date(2026, 12, 31))
    assert [(record.done, record.excluded) for record in records] == [(True, None)]
    check_invariants()


def test_moving_a_published_action_asks_again_and_raises_the_sequence(cast: People) -> None:
    action = published(cast)
    chengdu = cast.actor("chengdu")
    results.answer(action, attending=True, reason="", actor=cast.actor("danling"), now=NOW)
    later = NOW + timedelta(hours=1)
    ops.edit_action(action, replace(PLAN, note="别的"), actor=chengdu, now=later)
    assert (action.sequence, action.changed_at) == (0, NOW)
    ops.edit_action(action, replace(PLAN, title="改名"), actor=chengdu, now=later)
    assert (action.sequence, action.changed_at) == (0, later)
    assert Attendance.ATTENDING in {row.attendance for row in action.participants}
    moved = replace(PLAN, starts_at=at(2026, 10, 16), ends_at=at(2026, 10, 16, 17))
    ops.edit_action(action, moved, actor=chengdu, now=later)
    assert action.sequence == 1
    assert {row.attendance for row in action.participants} == {Attendance.WAITING}
    ops.cancel_action(action, reason="x", actor=chengdu, now=later)
    assert (action.sequence, action.state) == (2, ActionState.CANCELLED)
    with pytest.raises(Refused):
        ops.edit_action(action, PLAN, actor=chengdu, now=later)
    db.session.commit()


def test_a_special_inspection_needs_its_approval_before_it_is_published(cast: People) -> None:
    own = campaign(cast)
    chengdu = cast.actor("chengdu")
    with pytest.raises(Refused, match="还没有安排"):
        ops.publish_campaign(own, actor=chengdu, now=NOW)
    ops.add_action(own, replace(PLAN, approval_number=""), actor=chengdu, now=NOW)
    db.session.flush()
    db.session.refresh(own)
    with pytest.raises(Refused, match="批准文号"):
        ops.publish_campaign(own, actor=chengdu, now=NOW)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ends_at": PLAN.starts_at}, "晚于"),
        ({"region_codes": ("510131",)}, "两个单位"),
        ({"host_code": "510182"}, "属地单位和牵头单位"),
    ],
)
def test_bad_plans_are_refused(cast: People, changes: dict[str, object], word: str) -> None:
    own = campaign(cast)
    with pytest.raises(Invalid, match=word):
        ops.add_action(own, replace(PLAN, **changes), actor=cast.actor("chengdu"), now=NOW)  # type: ignore[arg-type]


def test_who_knows_of_drafts_and_of_what_is_published(cast: People) -> None:
    own = campaign(cast)
    action = ops.add_action(own, PLAN, actor=cast.actor("chengdu"), now=NOW)
    db.session.flush()

    def knowing() -> set[str]:
        return {
            login
            for login in cast.persons
            if db.session.scalars(visible(cast.actor(login))).unique().all()
        }

    assert knowing() == {"chengdu"}
    ops.publish_campaign(own, actor=cast.actor("chengdu"), now=NOW)
    db.session.flush()
    assert knowing() == {"chengdu", "deyang", "meishan", "pujiang", "danling", "dongpo", "observer"}
    assert db.session.scalars(visible_campaigns(cast.actor("shifang"))).unique().all() == []
    with pytest.raises(NotAllowed):
        ops.edit_action(action, PLAN, actor=cast.actor("meishan"), now=NOW)


def test_figures_that_cannot_be(cast: People) -> None:
    action = published(cast)
    for figures, word in (
        (replace(FIGURES, officer_times=1), "人次"),
        (replace(FIGURES, fines_yuan=Decimal(5)), "罚款"),
    ):
        with pytest.raises(Invalid, match=word):
            results.record_result(action, figures, actor=cast.actor("pujiang"), now=AFTER)


def plan_on(day: date, **changes: object) -> Plan:
    given = {
        "key": "new",
        "title": "t",
        "region_codes": ("510131", "511424"),
        "host_code": "510131",
    }
    return Plan(
        starts_at=at(day.year, day.month, day.day),
        ends_at=at(day.year, day.month, day.day, 17),
        **{**given, **changes},
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 10, 15), []),
        (date(2026, 10, 3), ["休息日"]),
        (date(2026, 10, 10), ["调休上班日"]),
        (date(2026, 10, 18), ["休息日"]),
        (date(2026, 9, 24), ["超出本次行动", "不足5个工作日"]),
        (date(2027, 1, 5), ["超出本次行动", "放假通知未录入"]),
    ],
)
def test_warnings_name_what_is_odd_about_a_day(day: date, words: list[str]) -> None:
    found = check_plan(
        plan_on(day),
        [],
        window=(date(2026, 10, 1), date(2026, 12, 31)),
        agreement=(date(2026, 1, 1), date(2028, 12, 31)),
        today=date(2026, 9, 21),
        table=HolidayTable(),
        names={},
    )
    texts = [warning.message % warning.params for warning in found]
    assert len(texts) == len(words), texts
    assert all(any(word in text for text in texts) for word in words), texts


def test_double_bookings_are_named_and_touching_ones_are_not() -> None:
    day = date(2026, 10, 15)
    same = plan_on(day, key="1", title="另一次", region_codes=("511424", "511402"))
    before = Plan(
        "2", "前一次", at(2026, 10, 15, 8, 0), at(2026, 10, 15, 9, 30), ("510131",), "510131"
    )
    found = check_plan(
        plan_on(day),
        [same, before, plan_on(day)],
        window=(day, day),
        agreement=(day, None),
        today=date(2026, 9, 1),
        table=HolidayTable(),
        names={"511424": "丹棱县"},
    )
    assert [warning.params for warning in found] == [{"county": "丹棱县", "title": "另一次"}]
