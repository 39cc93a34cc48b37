"""Contacts added and struck out by hand: who may, what is refused, what it changes."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from coord.audit.models import AuditEntry
from coord.boundaries import atlas, queries, studio_operations, studio_queries
from coord.boundaries.datum import Datum
from coord.boundaries.enums import ContactChange
from coord.boundaries.models import BorderContact
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_operations import EditAsked
from coord.db import db, unit_of_work
from coord.kernel.actor import Actor
from coord.kernel.errors import CoordError, Invalid, NotAllowed, Refused
from coord.kernel.regions import FIVE_CITIES
from tests import factories
from tests.boundaries.builders import forget_drawn, load_boundaries
from tests.factories import NOW, People, post

#: 彭州 and 什邡 touch; 彭州 and 绵竹 do not; 新都 and 彭州 are of one city.
PENGZHOU, SHIFANG, MIANZHU, XINDU = "510182", "510682", "510683", "510114"


@pytest.fixture(autouse=True)
def own_caches() -> Iterator[None]:
    forget_drawn()
    yield
    forget_drawn()


def add(actor: Actor, a: str = MIANZHU, b: str = PENGZHOU, km: float = 3.5) -> BorderContact:
    made = studio_operations.add_contact(
        EditAsked(a, b, " 山脊线漏绘 "), km * 1000, actor=actor, now=NOW
    )
    db.session.commit()
    return made


def strike(actor: Actor, a: str = PENGZHOU, b: str = SHIFANG) -> BorderContact:
    struck = studio_operations.strike_contact(EditAsked(a, b, "界线有争议"), actor=actor, now=NOW)
    db.session.commit()
    return struck


def pairs() -> set[tuple[str, str]]:
    return {(row.a, row.b) for row in queries.list_contacts(FIVE_CITIES)}


def test_an_added_contact_counts_everywhere(any_app: Flask) -> None:
    people = factories.make_people()
    load_boundaries()
    before = pairs()
    key = atlas.get_key()
    made = add(people.actor("chengdu"))

    assert pairs() - before == {(PENGZHOU, MIANZHU)}
    assert (made.a, made.b, made.length_m, made.parts) == (PENGZHOU, MIANZHU, 3500, 1)
    assert made.line["type"] == "LineString"
    assert atlas.get_key() == (key[0], key[1], 1)
    assert MIANZHU in queries.neighbours_of(PENGZHOU)
    assert queries.find_contact(MIANZHU, PENGZHOU) is not None
    assert (PENGZHOU, MIANZHU) in {(one.a, one.b) for one in atlas.contacts(atlas.get_key())}
    (edit,) = studio_queries.list_edits()
    assert (edit.change, edit.reason, edit.made_by) == (
        ContactChange.ADD,
        "山脊线漏绘",
        "测试员chengdu(成都市总队)",
    )
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert last is not None
    assert (last.verb, last.data) == (
        "contact.added",
        {"a": PENGZHOU, "b": MIANZHU, "length_m": 3500},
    )


def test_a_struck_contact_stays_in_its_row_and_counts_nowhere(any_app: Flask) -> None:
    people = factories.make_people()
    load_boundaries()
    whole = queries.scenario_grouping(Scenario.PAIRWISE).covered_m
    inside = queries.locate_point(103.9584, 31.0105, Datum.CGCS2000)
    assert inside.contact == (PENGZHOU, SHIFANG)
    struck = strike(people.actor("deyang"))

    assert (PENGZHOU, SHIFANG) not in pairs()
    assert len(pairs()) == 29
    assert queries.find_contact(PENGZHOU, SHIFANG) is None
    assert SHIFANG not in queries.neighbours_of(PENGZHOU)
    assert queries.contacts_of(SHIFANG) == [
        row for row in queries.list_contacts() if SHIFANG in (row.a, row.b)
    ]
    assert struck.struck_by is not None
    assert struck.struck_by.reason == "界线有争议"
    assert queries.scenario_grouping(Scenario.PAIRWISE).covered_m < whole
    assert queries.locate_point(103.9584, 31.0105, Datum.CGCS2000).contact != (PENGZHOU, SHIFANG)
    assert b'"a":"510182","b":"510682"' not in atlas.map_body(atlas.get_key())[0]


@pytest.mark.parametrize("which", ["add", "strike"])
def test_withdrawing_brings_the_former_state_and_keeps_the_line(any_app: Flask, which: str) -> None:
    people = factories.make_people()
    load_boundaries()
    before = pairs()
    (add if which == "add" else strike)(people.actor("chengdu"))
    (edit,) = studio_queries.list_edits()
    later = NOW + timedelta(hours=1)
    with pytest.raises(Invalid):
        studio_operations.withdraw_edit(edit, " ", actor=people.actor("deyang"), now=later)
    db.session.rollback()
    studio_operations.withdraw_edit(edit, "核对后恢复", actor=people.actor("deyang"), now=later)
    db.session.commit()

    assert pairs() == before
    (kept,) = studio_queries.list_edits()
    assert (kept.withdrawn_by, kept.withdrawn_at, kept.withdrawn_reason) == (
        "测试员deyang(德阳市支队)",
        later,
        "核对后恢复",
    )
    assert queries.get_vintage().revision == 2
    with pytest.raises(Refused):
        studio_operations.withdraw_edit(kept, "再来", actor=people.actor("deyang"), now=later)
    db.session.rollback()
    # The same can be done once more.
    (add if which == "add" else strike)(people.actor("chengdu"))
    assert len(studio_queries.list_edits()) == 2


@pytest.mark.parametrize(
    ("a", "b", "km", "reason", "words"),
    [
        (PENGZHOU, SHIFANG, 3.0, "理由", "已有由边界数据算出"),
        (PENGZHOU, XINDU, 3.0, "理由", "同一个市"),
        (PENGZHOU, "999999", 3.0, "理由", "999999"),
        (PENGZHOU, PENGZHOU, 3.0, "理由", "两个不同"),
        (PENGZHOU, MIANZHU, 0.0, "理由", "应大于0"),
        (PENGZHOU, MIANZHU, -2.0, "理由", "应大于0"),
        (PENGZHOU, MIANZHU, 5000.0, "理由", "周界"),
        (PENGZHOU, MIANZHU, 3.0, "  ", "理由"),
        (PENGZHOU, MIANZHU, 3.0, "长" * 1001, "1000"),
        (PENGZHOU, "512022", 3.0, "理由", "相距"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    app: Flask, people: People, a: str, b: str, km: float, reason: str, words: str
) -> None:
    load_boundaries()
    with pytest.raises(CoordError, match=words):
        studio_operations.add_contact(
            EditAsked(a, b, reason), km * 1000, actor=people.actor("chengdu"), now=NOW
        )
    db.session.rollback()
    assert studio_queries.list_edits() == []
    assert queries.get_vintage().revision == 0


def test_an_edit_is_made_once(app: Flask, people: People) -> None:
    load_boundaries()
    actor = people.actor("chengdu")
    add(actor)
    with pytest.raises(Refused, match="已由测试员chengdu"):
        add(people.actor("deyang"))
    with pytest.raises(Refused, match="撤回那次增加"):
        strike(actor, PENGZHOU, MIANZHU)
    strike(actor)
    with pytest.raises(Refused, match="已由测试员chengdu"):
        strike(people.actor("deyang"))
    with pytest.raises(Refused, match="撤回那次剔除"):
        add(actor, PENGZHOU, SHIFANG)
    with pytest.raises(Invalid, match="没有跨市边界"):
        strike(actor, PENGZHOU, "512022")


@pytest.mark.parametrize("login", ["pengzhou", "reviewer", "observer", "sysadmin", "auditor"])
def test_only_coordinators_of_the_five_cities_edit(app: Flask, people: People, login: str) -> None:
    load_boundaries()
    add(people.actor("chengdu"))
    (edit,) = studio_queries.list_edits()
    for act in (
        lambda: add(people.actor(login), SHIFANG, "510107"),
        lambda: strike(people.actor(login)),
        lambda: studio_operations.withdraw_edit(edit, "理由", actor=people.actor(login), now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_of_two_at_once_one_wins(any_app: Flask) -> None:
    people = factories.make_people()
    load_boundaries()
    actors = [people.actor("chengdu"), people.actor("deyang")]
    db.session.remove()
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def act(actor: Actor) -> None:
        with any_app.app_context():
            start.wait()
            try:
                with unit_of_work():
                    studio_operations.add_contact(
                        EditAsked(PENGZHOU, MIANZHU, "理由"), 3000, actor=actor, now=NOW
                    )
                outcomes.append("added")
            except Refused as refusal:
                outcomes.append(refusal.message)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["%(a)s与%(b)s的边界已由%(who)s增加。", "added"]
    assert len(studio_queries.list_edits()) == 1


def test_the_pages_show_who_when_and_why(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    answer = post(
        client, "/boundaries/edits/add", a="彭州", b="绵竹市 510683", length_km="3.5", reason="漏绘"
    )
    assert answer.status_code == 302
    answer = post(
        client,
        "/boundaries/edits/strike",
        **{"strike-a": "彭州市", "strike-b": "510682", "strike-reason": "界线有争议"},
    )
    assert answer.status_code == 302
    for path in ("/boundaries/edits/", "/boundaries/counties/510182"):
        page = client.get(path).get_data(as_text=True)
        assert "漏绘" in page, path
        assert "界线有争议" in page, path
        assert "测试员chengdu(成都市总队)" in page, path
    page = client.get("/boundaries/").get_data(as_text=True)
    assert "30段" in page
    assert "人工增加的边界(示意)" in page
    assert client.get("/boundaries/contacts/510182-510682").status_code == 404
    page = client.get("/boundaries/contacts/510182-510683").get_data(as_text=True)
    assert "漏绘" in page
    edit = studio_queries.edits_between(PENGZHOU, MIANZHU)[0]
    assert post(client, f"/boundaries/edits/{edit.id}/withdraw", reason="重复").status_code == 302
    assert "重复" in client.get("/boundaries/edits/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"a": "", "b": "绵竹", "length_km": "3", "reason": "x"}, "请填写区县名称或六位代码"),
        ({"a": "火星", "b": "绵竹", "length_km": "3", "reason": "x"}, "没有叫“火星”的区县"),
        ({"a": "彭州", "b": "绵竹", "length_km": "nan", "reason": "x"}, "请填写边界长度"),
        ({"a": "彭州", "b": "绵竹", "length_km": "三", "reason": "漏绘"}, "漏绘"),
        ({"a": "彭州", "b": "绵竹", "length_km": "3", "reason": ""}, "请写明理由"),
        ({"a": "12", "b": "绵竹", "length_km": "3", "reason": "x"}, "不是六位行政区划代码"),
    ],
)
def test_wrong_input_comes_back_with_words(
    app: Flask, people: People, fields: dict[str, str], words: str
) -> None:
    load_boundaries()
    answer = post(people.client(app, "chengdu"), "/boundaries/edits/add", **fields)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert studio_queries.list_edits() == []


def test_officers_read_and_strangers_do_not(app: Flask, people: People) -> None:
    load_boundaries()
    officer = people.client(app, "pengzhou")
    page = officer.get("/boundaries/edits/")
    assert page.status_code == 200
    assert '<form method="post" action="/boundaries/edits/add"' not in page.get_data(as_text=True)
    assert post(officer, "/boundaries/edits/add", a="彭州").status_code == 403
    assert people.client(app, "sysadmin").get("/boundaries/edits/").status_code == 403
