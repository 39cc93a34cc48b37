"""Official lists typed and imported; members that join and leave; work plans."""

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from coord.audit.models import AuditEntry
from coord.audit.operations import verify
from coord.boundaries import operations, queries, roster_operations, roster_queries
from coord.boundaries.enums import RosterOrigin
from coord.boundaries.models import JointGroup, Roster
from coord.boundaries.roster_operations import RosterFacts
from coord.boundaries.roster_rows import Member
from coord.boundaries.table_writing import write_csv, write_xlsx
from coord.db import db
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.notify.models import Notice
from tests import factories
from tests.boundaries.builders import START, adopt, forget_drawn, load_boundaries
from tests.factories import NOW, People, post

PENGZHOU, SHIFANG, XINJIN, PENGSHAN = "510182", "510682", "510118", "511403"
DAY = date(2026, 10, 1)
HEADER = ("组号", "区县", "代码", "牵头", "起", "止")


@pytest.fixture(autouse=True)
def own_caches() -> Iterator[None]:
    forget_drawn()
    yield
    forget_drawn()


def table(*rows: tuple[str, ...]) -> bytes:
    return write_xlsx([(number, row) for number, row in enumerate((HEADER, *rows), start=1)])


def upload(client: FlaskClient, body: bytes, name: str = "名单.xlsx") -> TestResponse:
    return post(client, "/boundaries/rosters/import", file=(io.BytesIO(body), name))


def fields_of(page: str) -> dict[str, str]:
    """What the browser would send from the draft page."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="((?:row|group|county|lead|start|end)-\d+|origin)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is not None:
            found[name[1]] = unescape(value[1]) if value is not None else ""
    return found


def rosters() -> list[Roster]:
    return list(db.session.scalars(select(Roster).order_by(Roster.id)))


def test_a_list_with_a_fault_is_shown_corrected_and_adopted(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    page = upload(
        client,
        table(
            ("第一组", "彭州", "", "是", "", ""),
            ("", "什方市", "", "", "", ""),
            ("2", "新津县", "510118", "", "2026-11-01", ""),
            ("2", "彭山区、东坡区", "", "", "", ""),
        ),
    )
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "1行有误,须先更正;其余4行无误。" in text
    assert "没有叫“什方市”的区县" in text
    fields = fields_of(text)
    assert [fields[f"row-{n}"] for n in range(5)] == ["2", "3", "4", "5", "5"]
    assert fields["origin"] == "imported"
    named = {**fields, "name": "正式名单", "effective_from": DAY.isoformat()}
    refused = post(client, "/boundaries/rosters/draft", **named, act="adopt")
    assert refused.status_code == 422
    assert rosters() == []
    checked = post(
        client, "/boundaries/rosters/draft", **{**named, "county-1": "什邡"}, act="check"
    )
    text = checked.get_data(as_text=True)
    assert checked.status_code == 200
    assert "5行全部无误,共2组。" in text
    assert "东坡区与本组其他区县没有跨市边界相连" in text
    assert rosters() == []
    kept = post(client, "/boundaries/rosters/draft", **{**named, "county-1": "什邡"}, act="adopt")
    assert kept.status_code == 302
    _check_kept(client)


def _check_kept(client: FlaskClient) -> None:
    (roster,) = rosters()
    assert (roster.origin, roster.name, roster.effective_from) == (
        RosterOrigin.IMPORTED,
        "正式名单",
        DAY,
    )
    assert [tuple(one.code for one in group.members) for group in roster.groups] == [
        (PENGZHOU, SHIFANG),
        (XINJIN, "511402", PENGSHAN),
    ]
    assert roster.groups[0].lead_code == PENGZHOU
    assert roster.groups[1].members[0].from_on == date(2026, 11, 1)
    page_text = client.get(f"/boundaries/rosters/{roster.id}").get_data(as_text=True)
    assert "表格导入" in page_text
    assert "东坡区与本组其他区县没有跨市边界相连" in page_text
    document = "川环函〔2026〕0号(虚构)"
    assert post(client, f"/boundaries/rosters/{roster.id}", document=document).status_code == 302
    assert "已核实" in client.get(f"/boundaries/rosters/{roster.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"", "a.xlsx", "空文件"),
        (b"not a table", "a.xlsx", "内容与扩展名不符"),
        (b"%PDF-1.4", "a.pdf", "不是表格"),
        (write_csv([(1, ("甲", "乙")), (2, ("1", "2"))]), "a.csv", "没有名为"),
        (write_csv([(1, ("组号", "牵头")), (2, ("1", "是"))]), "a.csv", "没有名为"),
    ],
)
def test_files_that_are_no_list_are_refused_in_words(
    app: Flask, people: People, body: bytes, name: str, words: str
) -> None:
    load_boundaries()
    answer = upload(people.client(app, "chengdu"), body, name)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_groups_are_typed_into_a_grid(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "deyang")
    more = post(client, "/boundaries/rosters/type", **{"g1-0": "彭州", "rows": "more"})
    assert 'name="g13-0"' in more.get_data(as_text=True)
    assert 'value="彭州"' in more.get_data(as_text=True)
    drafted = post(client, "/boundaries/rosters/type", **{"g1-0": "彭州", "g1-1": SHIFANG})
    fields = fields_of(drafted.get_data(as_text=True))
    assert (fields["group-0"], fields["county-1"], fields["origin"]) == ("1", SHIFANG, "typed")
    kept = post(
        client,
        "/boundaries/rosters/draft",
        **fields,
        name="录入",
        effective_from="2026-10-01",
        act="adopt",
    )
    assert kept.status_code == 302
    assert rosters()[0].origin is RosterOrigin.TYPED
    assert client.get("/").status_code == 200


def test_templates_can_be_filled_in_and_read_back(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    for ending in ("xlsx", "csv"):
        body = client.get(f"/boundaries/rosters/template?format={ending}")
        assert f"roster-template.{ending}" in body.headers["Content-Disposition"]
        page = upload(client, body.data, f"a.{ending}").get_data(as_text=True)
        assert "2行全部无误,共1组。" in page, ending


@pytest.mark.parametrize(
    ("login", "status"), [("pengzhou", 403), ("observer", 403), ("sysadmin", 403)]
)
def test_only_coordinators_bring_lists(app: Flask, people: People, login: str, status: int) -> None:
    load_boundaries()
    client = people.client(app, login)
    for path in ("/boundaries/rosters/type", "/boundaries/rosters/import"):
        assert client.get(path).status_code == status
    assert post(client, "/boundaries/rosters/draft", act="adopt").status_code == status


MEMBERS = [Member(PENGZHOU, 1, True, None, None), Member(SHIFANG, 1, False, None, None)]


def bring(people: People, login: str = "chengdu") -> Roster:
    facts = RosterFacts(RosterOrigin.TYPED, " 名单 ", DAY)
    roster = roster_operations.adopt_members(facts, MEMBERS, actor=people.actor(login), now=NOW)
    db.session.commit()
    return roster


def test_a_brought_list_ends_the_former_and_is_told(any_app: Flask) -> None:
    people = factories.make_people()
    load_boundaries()
    former = adopt(people.actor("chengdu"))
    roster = bring(people, "deyang")
    assert former.effective_to == DAY - timedelta(days=1)
    assert [group.county_codes for group in queries.groups_on(DAY)] == [(PENGZHOU, SHIFANG)]
    assert round(roster.covered_m / 1000, 1) == 71.6
    last = select(Notice).where(Notice.person_id == people.persons["pengzhou"].id)
    assert [one.path for one in db.session.scalars(last)][-1] == (
        f"/boundaries/groups/{roster.groups[0].id}"
    )
    assert verify()[1] == []
    for facts, members in (
        (RosterFacts(RosterOrigin.TYPED, "", DAY + timedelta(days=1)), MEMBERS),
        (RosterFacts(RosterOrigin.TYPED, "空", DAY + timedelta(days=1)), []),
        (
            RosterFacts(RosterOrigin.TYPED, "早", DAY + timedelta(days=1)),
            [Member(PENGZHOU, 1, False, DAY, None)],
        ),
    ):
        with pytest.raises(Invalid):
            roster_operations.adopt_members(facts, members, actor=people.actor("deyang"), now=NOW)
    with pytest.raises(NotAllowed):
        bring(people, "pengzhou")


def test_a_county_joins_leaves_and_comes_back(any_app: Flask) -> None:
    people = factories.make_people()
    load_boundaries()
    group = bring(people).groups[0]
    actor = people.actor("meishan")
    joins = date(2026, 11, 1)
    roster_operations.add_member(
        group, "510681", from_on=joins, reason="补充", actor=actor, now=NOW
    )
    db.session.commit()
    assert queries.groups_on(joins - timedelta(days=1))[0].county_codes == (PENGZHOU, SHIFANG)
    assert queries.groups_on(joins)[0].county_codes == (PENGZHOU, "510681", SHIFANG)
    assert group.name == "彭州–广汉–什邡"
    with pytest.raises(Refused):
        roster_operations.add_member(
            group, "510681", from_on=joins, reason="再", actor=actor, now=NOW
        )
    lead = next(one for one in group.members if one.code == PENGZHOU)
    roster_operations.end_member(
        lead, last_on=date(2026, 12, 31), reason="撤并", actor=actor, now=NOW
    )
    db.session.commit()
    assert group.lead_code == ""
    assert queries.groups_on(date(2027, 1, 1))[0].county_codes == ("510681", SHIFANG)
    assert queries.groups_on(date(2026, 12, 31))[0].county_codes == (PENGZHOU, "510681", SHIFANG)
    roster_operations.add_member(
        group, PENGZHOU, from_on=date(2027, 3, 1), reason="恢复", actor=actor, now=NOW
    )
    db.session.commit()
    rows = roster_queries.list_memberships(group.id)
    assert [(one.code, one.joined_reason, one.left_reason) for one in rows] == [
        (PENGZHOU, "", "撤并"),
        (PENGZHOU, "恢复", ""),
        ("510681", "补充", ""),
        (SHIFANG, "", ""),
    ]


def test_a_later_roster_takes_back_what_was_only_to_come(app: Flask, people: People) -> None:
    load_boundaries()
    group = bring(people).groups[0]
    actor = people.actor("meishan")
    for code, day in (("510681", date(2026, 11, 1)), (XINJIN, date(2027, 3, 1))):
        roster_operations.add_member(group, code, from_on=day, reason="补充", actor=actor, now=NOW)
    adopt(people.actor("chengdu"), day=date(2027, 1, 15))
    kept = [(one.code, one.to_on) for one in roster_queries.list_memberships(group.id)]
    last = date(2027, 1, 14)
    assert kept == [(PENGZHOU, last), ("510681", last), (SHIFANG, last)]
    with pytest.raises(Refused, match="接替"):
        roster_operations.add_member(
            group, XINJIN, from_on=date(2027, 1, 10), reason="迟", actor=actor, now=NOW
        )


def test_membership_pages_speak_of_what_is_wrong(app: Flask, people: People) -> None:
    load_boundaries()
    group = bring(people).groups[0]
    client = people.client(app, "chengdu")
    path = f"/boundaries/groups/{group.id}"
    wrong = post(client, f"{path}/join", county="火星", from_on="2026-11-01", reason="补充")
    assert (wrong.status_code, "没有叫“火星”的区县" in wrong.get_data(as_text=True)) == (422, True)
    early = post(client, f"{path}/join", county="广汉", from_on="2026-01-01", reason="补充")
    assert "日期应在名单有效期内" in early.get_data(as_text=True)
    assert (
        post(client, f"{path}/join", county="广汉", from_on="2026-11-01", reason="补充").status_code
        == 302
    )
    member = next(
        one for one in db.session.get_one(JointGroup, group.id).members if one.code == SHIFANG
    )
    left = post(
        client,
        f"{path}/leave",
        **{"leave-member": member.id, "leave-last_on": "2026-12-01", "leave-reason": "撤并"},
    )
    assert left.status_code == 302
    text = client.get(f"{path}/details").get_data(as_text=True)
    for words in ("补充", "撤并", "2026-12-01", "测试员chengdu(成都市总队)"):
        assert words in text
    assert "采纳以后的成员变动" in client.get(f"/boundaries/rosters/{group.roster_id}").get_data(
        as_text=True
    )
    officer = people.client(app, "pengzhou")
    assert post(officer, f"{path}/join", county="广汉").status_code == 403
    assert officer.get(f"{path}/details").status_code == 200


PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_plans_are_kept_in_versions_and_given_out_as_attachments(
    app: Flask, people: People
) -> None:
    load_boundaries()
    group = bring(people).groups[0]
    path = f"/boundaries/groups/{group.id}/plans"
    for login, status in (("chengdu", 302), ("pengzhou", 302), ("shifang", 422), ("observer", 403)):
        answer = post(people.client(app, login), path, file=(io.BytesIO(PDF), "方案.pdf"))
        assert answer.status_code == status, login
    plans = roster_queries.list_plans([group.id])
    assert [(one.number, one.sha256) for one in plans] == [
        (2, hashlib.sha256(PDF).hexdigest()),
        (1, hashlib.sha256(PDF).hexdigest()),
    ]
    client = people.client(app, "observer")
    with client.get(f"{path}/1") as got:
        assert (got.status_code, got.data) == (200, PDF)
        assert got.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{path}/3").status_code == 404
    assert people.client(app, "auditor").get(f"{path}/1").status_code == 403
    owner = people.client(app, "chengdu")
    for body, name in ((b"MZ", "方案.exe"), (PDF, "方案.docx"), (b"", "方案.pdf")):
        answer = post(owner, path, file=(io.BytesIO(body), name))
        assert answer.status_code == 422, name
    assert len(roster_queries.list_plans([group.id])) == 2
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.seq)).all()
    assert verbs.count("group.plan_added") == 2


def test_a_confirmed_roster_shows_what_changed_since(app: Flask, people: People) -> None:
    load_boundaries()
    roster = bring(people)
    actor = people.actor("chengdu")
    operations.confirm_roster(roster, document="文件(虚构)", actor=actor, now=NOW)
    roster_operations.add_member(
        roster.groups[0],
        "510681",
        from_on=START.replace(month=11),
        reason="补充",
        actor=actor,
        now=NOW + timedelta(days=1),
    )
    db.session.commit()
    text = (
        people.client(app, "observer")
        .get(f"/boundaries/rosters/{roster.id}")
        .get_data(as_text=True)
    )
    assert "核实之后的变动" in text
