"""The data files: every obligation of domain.md 1.3, dates as the source gives them."""

import json
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from coord.agreements.enums import ForWhom, RecordKind, Trigger
from coord.agreements.models import Agreement
from coord.agreements.operations import DATA, FILES, load_shipped_agreements
from coord.db import db
from tests.agreements.builders import shipped
from tests.factories import NOW
from tests.house.test_translations import CHINESE, ENGLISH

AGREEMENT, CITY, GROUP = ForWhom.AGREEMENT, ForWhom.CITY, ForWhom.GROUP

#: (file, kind, for whom, first month, last month, how many, trigger)
RULES = {
    ("five_city_plan_2023", RecordKind.COMPREHENSIVE_SUMMER, AGREEMENT, 5, 8, 1, Trigger.NONE),
    ("five_city_plan_2023", RecordKind.COMPREHENSIVE_AUTUMN_WINTER, AGREEMENT, 10, 12, 1, Trigger.NONE),
    ("five_city_plan_2023", RecordKind.DAILY, GROUP, 1, 12, 2, Trigger.NONE),
    ("five_city_plan_2023", RecordKind.EMERGENCY, AGREEMENT, 1, 12, 0, Trigger.SEASONAL_AIR),
    ("five_city_plan_2023", RecordKind.EXCHANGE, CITY, 1, 12, 0, Trigger.OCCASION),
    ("chongqing_chengdu_plan_2023", RecordKind.CROSS_BORDER, AGREEMENT, 7, 7, 1, Trigger.NONE),
    ("chongqing_chengdu_plan_2023", RecordKind.STUDY_EXCHANGE, AGREEMENT, 11, 11, 1, Trigger.NONE),
    ("chongqing_chengdu_2023", RecordKind.STUDY_VISIT, AGREEMENT, 1, 12, 0, Trigger.OCCASION),
}  # fmt: skip

#: file → (title, first day, last day, parties, when signed)
DOCUMENTS = {
    "five_city_plan_2023": (
        "成德雅眉资污染防控攻坚联动执法三年行动方案(2023—2025年)",
        "2023-04-01",
        "2025-12-31",
        {"5101", "5106", "5118", "5114", "5120"},
        {"2023年3月底"},
    ),
    "chongqing_chengdu_2023": (
        "重庆市 成都市生态环境保护综合行政执法合作协议",
        "2023-03-01",
        "None",
        {"5001", "5101"},
        {"2023年3月初"},
    ),
    "chongqing_chengdu_plan_2023": (
        "2023年重庆市 成都市生态环境保护综合行政执法合作实施方案",
        "2023-03-01",
        "2023-12-31",
        {"5001", "5101"},
        {"2023年"},
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_each_document_is_as_its_source_gives_it(app: Flask, name: str) -> None:
    found = shipped(name)
    assert DOCUMENTS[name] == (
        found.title,
        str(found.effective_from),
        str(found.effective_to),
        {row.party for row in found.parties},
        {row.signed for row in found.parties},
    )
    assert "推定" in found.dates_note
    assert "2023-05-25" in found.source


def test_the_eight_rows_of_the_seed_are_rules(app: Flask) -> None:
    load_shipped_agreements(now=NOW)
    found = {
        (
            document.key,
            row.kind,
            row.for_whom,
            row.first_month,
            row.last_month,
            row.required,
            row.trigger,
        )
        for document in db.session.scalars(select(Agreement))
        for row in document.obligations
    }
    assert found == RULES


def test_each_rule_names_a_clause_of_its_document(app: Flask) -> None:
    load_shipped_agreements(now=NOW)
    for document in db.session.scalars(select(Agreement)):
        assert {row.clause for row in document.obligations} <= {
            row.place for row in document.clauses
        }


def test_the_yearly_plan_hangs_under_its_framework(app: Flask) -> None:
    plan = shipped("chongqing_chengdu_plan_2023")
    assert plan.parent_id == shipped("chongqing_chengdu_2023").id


def test_loading_again_changes_nothing(app: Flask) -> None:
    assert [load_shipped_agreements(now=NOW), load_shipped_agreements(now=NOW)] == [3, 0]
    assert db.session.scalar(select(func.count(Agreement.id))) == 3


@pytest.mark.parametrize("name", FILES)
def test_all_but_the_official_titles_has_its_english(name: str) -> None:
    described = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    rows = [*described["parties"], *described["clauses"], *described["obligations"]]
    texts = {described["source"], described["dates_note"]}
    texts |= {value for row in rows for value in row.values() if isinstance(value, str)}
    assert {text for text in texts if CHINESE.search(text) and not ENGLISH.get(text)} == set()
    assert not any(re.search(r"\b(INF|GK)\b", text) for text in texts)
