"""Five leads, one for each turn that a lead can take. Firms and codes are invented.

The codes carry a valid check character and the impossible region 000000 (domain.md 13).
"""

from dataclasses import replace
from datetime import date, datetime

from coord.accounts.models import Person
from coord.boundaries.datum import Datum
from coord.cases import operations as cases
from coord.cases.enums import Element, LeadSource, Outcome, ReturnReason, Urgency
from coord.cases.models import Lead
from coord.cases.operations import LeadFacts
from coord.demo.actions import Cast
from coord.demo.moments import at

STORY_A = LeadFacts(
    title="涂装车间停产期间用电异常",
    source=LeadSource.POWER_MONITORING,
    element=Element.AIR,
    urgency=Urgency.NORMAL,
    firm_name="示例甲表面涂装有限公司(虚构)",
    credit_code="91000000MATEXT001B",
    no_code_reason="",
    lon=103.53,
    lat=30.12,
    datum=Datum.CGCS2000,
    place="蒲江与丹棱交界处 示范路1号",
    seen_on=date(2026, 9, 18),
    description="用电监控显示:停产指令期间,喷涂线用电负荷与生产时段相当。请核查是否落实停产措施。",
    to_code="511424",
)


def make_leads(people: dict[str, Person]) -> None:
    """Stories A, C, D, E and one that is only offered."""
    cast = Cast.of(people)
    _closed(cast)
    _being_worked(cast)
    _returned(cast)
    _crime(cast)
    _offered(cast)


def _send(cast: Cast, from_code: str, facts: LeadFacts, now: datetime) -> Lead:
    sender = cast.by_code[from_code]
    lead = cases.draft_lead(facts, actor=sender, now=now)
    return cases.offer(lead, actor=sender, now=now)


def _closed(cast: Cast) -> None:
    lead = _send(cast, "510131", STORY_A, at(2026, 9, 18, 15))
    danling, pujiang = cast.by_code["511424"], cast.by_code["510131"]
    cases.acknowledge(lead, actor=danling, now=at(2026, 9, 18, 16))
    cases.accept(lead, note="当日派员核查。", actor=danling, now=at(2026, 9, 20, 10))
    cases.report_progress(
        lead, note="现场检查发现未按要求停产,已固定证据。", actor=danling, now=at(2026, 9, 23)
    )
    cases.feed_back(
        lead,
        outcome=Outcome.FINED,
        note="已立案并作出处罚决定,测环罚〔2026〕1号。",
        actor=danling,
        now=at(2026, 10, 19),
    )
    cases.confirm(lead, actor=pujiang, now=at(2026, 10, 20))


def _being_worked(cast: Cast) -> None:
    facts = replace(
        STORY_A,
        title="家具作坊预警期间未停止喷漆",
        source=LeadSource.SPECIAL_CAMPAIGN,
        firm_name="示例戊家具作坊(虚构)",
        credit_code="92000000MATEXT004H",
        lon=103.85,
        lat=30.30,
        place="新津与彭山交界处 示范路8号",
        seen_on=date(2026, 11, 10),
        description="联动检查时发现作坊夜间喷漆,气味明显,疑似未落实减排措施。",
        to_code="511403",
    )
    lead = _send(cast, "510118", facts, at(2026, 11, 10, 14))
    pengshan = cast.by_code["511403"]
    cases.acknowledge(lead, actor=pengshan, now=at(2026, 11, 11))
    cases.accept(lead, note="", actor=pengshan, now=at(2026, 11, 12))


def _returned(cast: Cast) -> None:
    facts = replace(
        STORY_A,
        title="河道旁疑似露天堆放炉渣",
        source=LeadSource.UAV,
        element=Element.SOLID_WASTE,
        firm_name="示例乙再生资源有限公司(虚构)",
        credit_code="91000000MATEXT002E",
        lon=104.02,
        lat=31.10,
        place="彭州与什邡交界处 示范路3号",
        seen_on=date(2026, 11, 3),
        description="无人机巡查发现疑似炉渣堆放,面积约200平方米,未见防渗措施。",
        to_code="510682",
    )
    lead = _send(cast, "510182", facts, at(2026, 11, 3, 16))
    shifang = cast.by_code["510682"]
    cases.acknowledge(lead, actor=shifang, now=at(2026, 11, 4))
    cases.return_lead(
        lead,
        reason=ReturnReason.WRONG_TERRITORY,
        note="经核对坐标,堆放点位于彭州一侧。",
        actor=shifang,
        now=at(2026, 11, 5),
    )
    cases.object_(
        lead,
        note="堆放点跨越市界,请共同上级指定管辖。",
        actor=cast.by_code["510182"],
        now=at(2026, 11, 9),
    )


def _crime(cast: Cast) -> None:
    facts = replace(
        STORY_A,
        title="疑似非法转移危险废物",
        source=LeadSource.HOTLINE_12369,
        element=Element.HAZARDOUS_WASTE,
        urgency=Urgency.EMERGENCY,
        firm_name="示例乙再生资源有限公司(虚构)",
        credit_code="91000000MATEXT002E",
        lon=104.28,
        lat=30.93,
        place="青白江与广汉交界处 示范路5号",
        seen_on=date(2026, 10, 27),
        description="举报反映夜间有车辆转运废矿物油桶至市界另一侧,疑无危险废物转移联单。",
        to_code="510681",
    )
    lead = _send(cast, "510113", facts, at(2026, 10, 27, 9))
    guanghan = cast.by_code["510681"]
    cases.acknowledge(lead, actor=guanghan, now=at(2026, 10, 27, 10))
    cases.accept(lead, note="立即出动。", actor=guanghan, now=at(2026, 10, 27, 11))
    cases.report_progress(lead, note="已查获车辆并抽样。", actor=guanghan, now=at(2026, 10, 27, 20))
    cases.feed_back(
        lead,
        outcome=Outcome.CRIME_TRANSFER,
        note="涉嫌犯罪,经批准后24小时内移送公安机关。",
        actor=guanghan,
        now=at(2026, 11, 2),
    )
    cases.confirm(lead, actor=cast.by_code["510113"], now=at(2026, 11, 3))


def _offered(cast: Cast) -> None:
    facts = replace(
        STORY_A,
        title="溪沟水体颜色异常",
        source=LeadSource.GRID_NETWORK,
        element=Element.WATER,
        firm_name="示例丁水务有限公司(虚构)",
        credit_code="",
        no_code_reason="尚未查明主体",
        lon=103.50,
        lat=30.14,
        place="蒲江与丹棱交界溪沟 示范路6号",
        seen_on=date(2026, 11, 20),
        description="巡查发现溪沟水体呈乳白色,向上游延伸至市界另一侧。",
        to_code="511424",
    )
    _send(cast, "510131", facts, at(2026, 11, 20, 15))
