"""The two campaigns of 2026: what was held, recorded and confirmed, and what is still ahead."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from coord.accounts.models import Person
from coord.agreements.enums import RecordKind
from coord.agreements.models import Agreement
from coord.boundaries.queries import GroupView, county_names, groups_on
from coord.demo.moments import at
from coord.kernel.actor import Actor
from coord.schedule.enums import Focus, InspectionType
from coord.schedule.models import Campaign, JointAction
from coord.schedule.operations import (
    ActionPlan,
    add_action,
    cancel_action,
    make_campaign,
    publish_campaign,
)
from coord.schedule.results import Figures, answer, confirm, record_result

SEED = 20260501

#: (Month, day) of each group's action, by the group's number.
SUMMER_DAYS = ((5, 19), (5, 27), (6, 3), (6, 10), (6, 24), (7, 8), (7, 22), (8, 12))
AUTUMN_DAYS = ((10, 15), (10, 28), (11, 4), (11, 12), (11, 18), (12, 2), (12, 9), (12, 16))
CITIES = ("510100", "510600", "511400", "511800", "512000")


@dataclass(frozen=True)
class Cast:
    """Who acts for each region."""

    by_code: dict[str, Actor]

    @classmethod
    def of(cls, people: dict[str, Person]) -> "Cast":
        """The first account of each region."""
        found: dict[str, Actor] = {}
        for person in people.values():
            actor = person.as_actor()
            if actor.region_code:
                found.setdefault(actor.region_code, actor)
        return cls(found)


def make_summer(plan: Agreement, people: dict[str, Person]) -> None:
    """夏季: every group held one, recorded and confirmed; and the city-level action."""
    cast = Cast.of(people)
    campaign = _campaign(
        plan,
        RecordKind.COMPREHENSIVE_SUMMER,
        "2026年夏季臭氧防控综合联动(演示)",
        (5, 8),
        cast,
        at(2026, 4, 15),
    )
    groups = groups_on(date(2026, 5, 1))
    actions = [
        _city_action(
            campaign, RecordKind.COMPREHENSIVE_SUMMER, at(2026, 6, 16), cast, at(2026, 4, 15, 10)
        )
    ]
    for group, day in zip(groups, SUMMER_DAYS, strict=True):
        actions.append(_group_action(campaign, group, day, Focus.AIR, cast, at(2026, 4, 15, 11)))
    publish_campaign(campaign, actor=cast.by_code["510100"], now=at(2026, 4, 16))
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    for action in actions:
        _answer_all(action, cast, at(2026, 4, 17))
        _hold(action, cast, chance, confirmed=True)


def make_autumn_winter(plan: Agreement, people: dict[str, Person]) -> None:
    """秋冬季: some closed, one waits to be confirmed, one to be recorded, the rest are ahead."""
    cast = Cast.of(people)
    chengdu = cast.by_code["510100"]
    campaign = _campaign(
        plan,
        RecordKind.COMPREHENSIVE_AUTUMN_WINTER,
        "2026年秋冬季大气攻坚综合联动(演示)",
        (10, 12),
        cast,
        at(2026, 9, 10),
    )
    groups = groups_on(date(2026, 10, 1))
    city = _city_action(
        campaign,
        RecordKind.COMPREHENSIVE_AUTUMN_WINTER,
        at(2026, 10, 21),
        cast,
        at(2026, 9, 10, 10),
    )
    foci = (Focus.AIR, Focus.SOLID_HAZARDOUS_WASTE, Focus.WATER, Focus.OFF_SITE_CHECK)
    actions = [
        _group_action(campaign, group, day, foci[group.number % 4], cast, at(2026, 9, 10, 11))
        for group, day in zip(groups, AUTUMN_DAYS, strict=True)
    ]
    publish_campaign(campaign, actor=chengdu, now=at(2026, 9, 11))
    chance = random.Random(SEED + 1)  # noqa: S311 - a story, not a secret
    _answer_all(city, cast, at(2026, 9, 14))
    _hold(city, cast, chance, confirmed=True)
    for action in actions[:5]:
        _answer_all(action, cast, at(2026, 9, 15))
    for action in actions[:3]:
        _hold(action, cast, chance, confirmed=True)
    _hold(actions[3], cast, chance, confirmed=False)
    # The fifth was held on 18 November and waits for its record.
    cancel_action(
        actions[7], reason="与年度考核冲突,另行安排(演示)", actor=chengdu, now=at(2026, 11, 16)
    )


def _campaign(
    plan: Agreement,
    kind: RecordKind,
    title: str,
    months: tuple[int, int],
    cast: Cast,
    now: datetime,
) -> Campaign:
    last = (
        date(2026, 12, 31) if months[1] == 12 else date(2026, months[1] + 1, 1) - timedelta(days=1)
    )
    return make_campaign(
        agreement_id=plan.id,
        kind=kind,
        title=title,
        window=(date(2026, months[0], 1), last),
        foci=list(Focus),
        parent_plan="2026年污染防治攻坚计划(虚构)",
        actor=cast.by_code["510100"],
        now=now,
    )


def _city_action(
    campaign: Campaign, kind: RecordKind, starts: datetime, cast: Cast, now: datetime
) -> JointAction:
    plan = ActionPlan(
        kind=kind,
        focus=Focus.AIR,
        title="五市综合联动集中执法(演示)",
        group_id=None,
        starts_at=starts,
        ends_at=starts + timedelta(days=1, hours=7),
        place="成都市 示范路1号",
        host_code="510100",
        lead_code="510100",
        region_codes=CITIES,
        inspection=InspectionType.SPECIAL,
        approval_number="测环执〔2026〕1号",
        note="演示数据",
    )
    return add_action(campaign, plan, actor=cast.by_code["510100"], now=now)


def _group_action(
    campaign: Campaign,
    group: GroupView,
    day: tuple[int, int],
    focus: Focus,
    cast: Cast,
    now: datetime,
) -> JointAction:
    host = group.county_codes[group.number % len(group.county_codes)]
    plan = ActionPlan(
        kind=RecordKind.DAILY,
        focus=focus,
        title=f"第{group.number}组联动({group.name})",
        group_id=group.id,
        starts_at=at(2026, *day),
        ends_at=at(2026, *day, 17, 0),
        place=f"{county_names()[host]} 示范路{group.number}号",
        host_code=host,
        lead_code=host,
        region_codes=group.county_codes,
        inspection=InspectionType.SPECIAL,
        approval_number="测环执〔2026〕2号",
    )
    return add_action(campaign, plan, actor=cast.by_code["510100"], now=now)


def _answer_all(action: JointAction, cast: Cast, now: datetime) -> None:
    for code in action.region_codes:
        answer(action, attending=True, reason="", actor=cast.by_code[code], now=now)


def _hold(action: JointAction, cast: Cast, chance: random.Random, *, confirmed: bool) -> None:
    visits = chance.randint(6, 18)
    problems = chance.randint(2, visits)
    filings = chance.randint(0, max(problems // 3, 1))
    penalties = chance.randint(0, filings)
    figures = Figures(
        site_visits=visits,
        officer_times=visits * chance.randint(2, 4),
        problems=problems,
        filings=filings,
        penalties=penalties,
        fines_yuan=Decimal(chance.randint(10, 90) * 1000 * penalties),
        transfers=chance.randint(0, 1) if filings else 0,
        summary="演示数据:检查示例企业,问题已交属地处理。",
    )
    recorded = action.ends_at + timedelta(days=1)
    record_result(action, figures, actor=cast.by_code[action.host_code], now=recorded)
    if confirmed:
        for code in action.region_codes:
            if code != action.host_code:
                confirm(action, actor=cast.by_code[code], now=recorded + timedelta(days=1))
