"""The pages by client: what is shown to whom, what comes of a press, what is refused."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from coord.agreements.enums import AgreementState, RecordKind
from coord.agreements.meter import Record
from coord.agreements.models import Agreement
from coord.agreements.operations import sign
from coord.boundaries.queries import groups_on
from coord.db import db
from coord.kernel.actor import Actor
from coord.kernel.regions import FIVE_CITIES
from tests.agreements.builders import coordinator, draft, in_force, shipped, signed, told
from tests.boundaries.builders import adopt, load_boundaries
from tests.factories import NOW, People, post

CHENGDU = coordinator("5101")
DATES = {"effective_from": "2026-01-01", "effective_to": "2028-12-31"}


def html(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.get_data(as_text=True)[:3000]
    return response.get_data(as_text=True)


def words(page: str) -> str:
    """What a reader sees of a page's main part."""
    inner = re.search(r"<main.*</main>", page, re.S)
    assert inner is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner.group()))


def reload(made: Agreement) -> Agreement:
    db.session.expire_all()
    return db.session.get_one(Agreement, made.id)


def count() -> int:
    return db.session.scalar(select(func.count(Agreement.id))) or 0


def test_the_list_shows_what_has_ended_what_holds_and_what_is_drafted(
    app: Flask, people: People
) -> None:
    made = draft(people.actor("chengdu"))
    rows = re.findall(r"<tr>(.*?)</tr>", html(people.client(app, "chengdu"), "/agreements/"), re.S)
    states = [re.findall(r'class="tag tag-\w+">([^<]+)<', row) for row in rows[1:]]
    assert sorted(states) == [["已到期"], ["已到期"], ["有效"], ["演示", "草案"]]
    assert f"/agreements/{made.id}" not in html(people.client(app, "pengzhou"), "/agreements/")


def test_an_empty_installation_says_so(app: Flask, people: People) -> None:
    assert "还没有协议。" in html(people.client(app, "pengzhou"), "/agreements/")


def test_the_ended_plan_tells_its_facts_and_offers_a_renewal(app: Flask, people: People) -> None:
    made = shipped()
    page = words(html(people.client(app, "chengdu"), f"/agreements/{made.id}"))
    for sentence in (
        "该文件已于2025-12-31到期。",
        "没有查到后继文件,可以起草续签。",
        "不少于两次联动",
        "原文未写明期间,按每年推定",
        "2023年3月底",
        "来源等级S",
        "未核实",
    ):
        assert sentence in page, sentence
    officers = html(people.client(app, "pengzhou"), f"/agreements/{made.id}")
    assert "/renew" not in officers


def test_chongqing_and_chengdu_do_not_touch_and_the_page_says_how_far(
    app: Flask, people: People
) -> None:
    load_boundaries()
    framework, plan = shipped("chongqing_chengdu_2023"), shipped("chongqing_chengdu_plan_2023")
    client = people.client(app, "reviewer")
    page = html(client, f"/agreements/{framework.id}")
    found = re.search(r"并不接壤,最近处相距约([\d.]+)公里", page)
    assert found is not None
    assert 20 < float(found.group(1)) < 80
    assert f'href="/agreements/{plan.id}"' in page
    assert f'href="/agreements/{framework.id}"' in html(client, f"/agreements/{plan.id}")
    assert "接壤" not in html(client, f"/agreements/{shipped().id}")


def test_in_english_nothing_but_names_and_titles_stays_chinese(app: Flask, people: People) -> None:
    client = people.client(app, "chengdu")
    post(client, "/language", language="en", next="/")
    page = words(html(client, f"/agreements/{shipped().id}"))
    assert "The source states no period; assumed to be each year" in page
    assert "end of March 2023" in page
    made = shipped()
    for name in (made.title, made.short_name, "成都市", "德阳市", "雅安市", "眉山市", "资阳市"):
        page = page.replace(name, "")
    assert re.findall(r"[一-鿿]+", page) == []


def test_renewing_by_form(app: Flask, people: People) -> None:
    made = shipped()
    client = people.client(app, "chengdu")
    answer = post(client, f"/agreements/{made.id}/renew", title="新方案", **DATES)
    after = db.session.scalars(select(Agreement).where(Agreement.supersedes_id == made.id)).one()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/agreements/{after.id}")
    assert (after.title, after.is_demo, after.drafted_by_party) == ("新方案", True, "5101")
    page = html(client, f"/agreements/{after.id}")
    assert "义务规则与原文件相同,只是期限不同。" in page
    assert f'href="/agreements/{made.id}"' in page
    assert f'href="/agreements/{after.id}"' in html(client, f"/agreements/{made.id}")
    again = post(client, f"/agreements/{made.id}/renew", title="又一份", **DATES)
    assert (again.status_code, count()) == (422, 4)
    assert "已有续签文件" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"title": ""}, 422, "请填写标题。"),
        ({"title": "长" * 201}, 422, "标题"),
        ({"effective_from": "2026-02-30"}, 422, "生效日期"),
        ({"effective_from": "0001-01-01"}, 422, "日期须在2000年至2100年之间。"),
        ({"effective_to": "9999-12-31"}, 422, "日期须在2000年至2100年之间。"),
        ({"effective_from": "2025-06-01"}, 422, "新方案须在原方案终止(2025-12-31)之后生效。"),
        ({"effective_to": "2025-12-31"}, 422, "终止日期不能早于生效日期。"),
        ({"state": "published"}, 400, "请求有误"),
    ],
)
def test_a_bad_renewal_is_shown_again_with_what_was_typed(
    app: Flask, people: People, changes: dict[str, str], status: int, sentence: str
) -> None:
    made = shipped()
    fields = {"title": "新方案甲", **DATES, **changes}
    answer = post(people.client(app, "chengdu"), f"/agreements/{made.id}/renew", **fields)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, count()) == (status, 3)
    assert sentence in page
    if status == 422 and "title" not in changes:
        assert 'value="新方案甲"' in page


def test_a_city_that_is_no_party_cannot_renew(app: Flask, people: People) -> None:
    framework = shipped("chongqing_chengdu_2023")
    client = people.client(app, "deyang")
    assert client.get(f"/agreements/{framework.id}/renew").status_code == 403
    answer = post(client, f"/agreements/{framework.id}/renew", title="x", **DATES)
    assert (answer.status_code, count()) == (403, 3)


def edit_fields(**changes: object) -> dict[str, object]:
    numbers = {"n_summer": 1, "n_autumn_winter": 1, "n_daily": 2}
    return {"title": "续签方案(测试)", **DATES, **numbers, **changes}


def test_editing_a_draft_shows_the_difference_and_asks_for_new_signatures(
    app: Flask, people: People
) -> None:
    made = draft(people.actor("chengdu"))
    sign(made, actor=people.actor("deyang"), now=NOW)
    client = people.client(app, "chengdu")
    assert "签署中" in html(client, f"/agreements/{made.id}")
    path = f"/agreements/{made.id}/edit"
    assert 'value="2"' in html(client, path)
    assert post(client, path, **edit_fields(n_daily=4)).status_code == 302
    assert set(signed(made).values()) == {""}
    page = words(html(client, f"/agreements/{made.id}"))
    assert "与原文件相比" in page
    assert re.search(r"日常联动 次数 2 4", page)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"n_daily": "-1"}, 422),
        ({"n_daily": "100"}, 422),
        ({"n_daily": "两次"}, 422),
        ({"n_daily": ""}, 422),
        ({"effective_to": "2020-01-01"}, 422),
        ({"n_exchange": "3"}, 400),
    ],
)
def test_a_bad_edit_changes_nothing(
    app: Flask, people: People, changes: dict[str, object], status: int
) -> None:
    made = draft(people.actor("chengdu"))
    mark = made.content_mark()
    answer = post(
        people.client(app, "chengdu"), f"/agreements/{made.id}/edit", **edit_fields(**changes)
    )
    assert answer.status_code == status
    assert reload(made).content_mark() == mark


def test_signing_by_each_city_then_publishing(app: Flask, people: People) -> None:
    made = draft(people.actor("chengdu"))
    for party in FIVE_CITIES[2:]:
        sign(made, actor=coordinator(party), now=NOW)
    here = f"/agreements/{made.id}"
    chengdu, deyang = people.client(app, "chengdu"), people.client(app, "deyang")
    assert post(chengdu, f"{here}/publish").status_code == 409
    for client in (chengdu, deyang):
        page = html(client, here)
        found = re.search(r'name="seen" value="(\w+)"', page)
        assert found is not None
        assert post(client, f"{here}/sign", seen=found.group(1)).status_code == 302
        assert 'name="seen"' not in html(client, here)
    assert f'action="{here}/publish"' in html(chengdu, here)
    assert post(chengdu, f"{here}/publish").status_code == 302
    assert reload(made).state is AgreementState.PUBLISHED
    assert html(people.client(app, "pengzhou"), here)
    for path in ("sign", "publish", "drop"):
        fields = {"seen": made.content_mark()} if path == "sign" else {}
        assert post(chengdu, f"{here}/{path}", **fields).status_code == 409
    answer = post(chengdu, f"{here}/edit", **edit_fields(title="改"))
    assert (answer.status_code, reload(made).title) == (302, "续签方案(测试)")


def test_a_page_seen_before_the_change_does_not_sign_after_it(app: Flask, people: People) -> None:
    made = draft(people.actor("chengdu"))
    seen, here = made.content_mark(), f"/agreements/{made.id}"
    client = people.client(app, "deyang")
    post(people.client(app, "chengdu"), f"{here}/edit", **edit_fields(n_daily=9))
    answer = post(client, f"{here}/sign", seen=seen)
    assert answer.status_code == 409
    assert "请看过新内容后再签署" in answer.get_data(as_text=True)
    assert post(client, f"{here}/sign").status_code == 400
    assert set(signed(made).values()) == {""}


def test_dropping_a_draft(app: Flask, people: People) -> None:
    made = draft(people.actor("chengdu"))
    here = f"/agreements/{made.id}"
    deyang = people.client(app, "deyang")
    assert f'action="{here}/drop"' not in html(deyang, here)
    assert post(deyang, f"{here}/drop").status_code == 403
    assert post(people.client(app, "chengdu"), f"{here}/drop").status_code == 302
    assert deyang.get(here).status_code == 404
    assert count() == 3


@pytest.mark.parametrize("login", ["pengzhou", "reviewer", "observer"])
def test_a_draft_is_hidden_on_every_route(app: Flask, people: People, login: str) -> None:
    made = draft(people.actor("chengdu"))
    client = people.client(app, login)
    for path in ("", "/obligations", "/obligations/daily"):
        assert client.get(f"/agreements/{made.id}{path}").status_code == 404
    for path in ("renew", "edit", "sign", "publish", "drop"):
        assert post(client, f"/agreements/{made.id}/{path}").status_code == 403
    assert made.title not in html(client, f"/agreements/{shipped().id}")


@pytest.mark.parametrize("login", ["sysadmin", "secadmin", "auditor"])
def test_administrators_read_no_agreement(app: Flask, people: People, login: str) -> None:
    client = people.client(app, login)
    assert client.get("/agreements/").status_code == 403
    assert client.get(f"/agreements/{shipped().id}").status_code == 403


@pytest.fixture
def season_of_records(app: Flask, people: People) -> tuple[Agreement, int]:
    """A plan in force, a roster, and one room that tells four records of group 1."""
    load_boundaries()
    adopt(people.actor("chengdu"))
    made = in_force(people.actor("chengdu"))
    group = groups_on(date(2026, 6, 1))[0]
    records = [
        told(RecordKind.DAILY, date(2026, 3, 1), 1, group_id=group.id),
        told(RecordKind.DAILY, date(2026, 4, 1), 2, group_id=group.id, done=False),
        told(RecordKind.DAILY, date(2026, 5, 1), 3, group_id=group.id, done=False, excluded="已取消"),
        told(RecordKind.LOOK_BACK, date(2026, 5, 2), 4, group_id=group.id),
    ]  # fmt: skip

    def source(actor: Actor, first: date, last: date) -> list[Record]:
        # Only Chengdu may know of the first.
        known = records if actor.party == "5101" else records[1:]
        return [one for one in known if first <= one.on <= last]

    app.extensions["coord.record_sources"] = (source,)
    return made, group.id


def test_each_figure_is_the_length_of_what_it_opens(
    app: Flask, people: People, season_of_records: tuple[Agreement, int]
) -> None:
    made, _group = season_of_records
    client = people.client(app, "chengdu")
    table = html(client, f"/agreements/{made.id}/obligations?year=2026")
    assert "不代表没有开展" not in table
    links = re.findall(r'href="(/agreements/[^"]+#(\w[\w-]*))"[^>]*>(?:未计入)?(\d+)<', table)
    assert len(links) == 2 * (2 + 8 + 1 + 5) + 1
    for path, part, figure in links:
        page = html(client, path.replace("&amp;", "&").split("#")[0])
        headed = re.search(
            rf'<h2 id="{part}">[^<(]+\((\d+)\)</h2>(.*?)(<h2|<details|</main)', page, re.S
        )
        assert headed is not None
        rows = headed.group(2).count('<td class="text-nowrap">')
        assert (headed.group(1), str(rows)) == (figure, figure)
    assert sorted(figure for _path, _part, figure in links if figure != "0") == ["1", "1", "1"]


def test_the_drill_down_gives_reasons_and_the_clause(
    app: Flask, people: People, season_of_records: tuple[Agreement, int]
) -> None:
    made, group = season_of_records
    path = f"/agreements/{made.id}/obligations/daily?year=2026&subject=g{group}"
    page = words(html(people.client(app, "chengdu"), path))
    for sentence in (
        "已开展并经各方确认",
        "已发布,尚未开展",
        "已取消",
        "其他记录(1)",
        "不是本项义务计入的类型",
        "不少于两次联动",
        "测试行动1",
    ):
        assert sentence in page, sentence
    other = words(html(people.client(app, "deyang"), path))
    assert "测试行动1 " not in other
    assert "测试行动2" in other
    assert "已完成(0)" in other


def test_triggered_ones_without_a_trigger_are_not_missed(app: Flask, people: People) -> None:
    made = shipped()
    page = html(people.client(app, "pengzhou"), f"/agreements/{made.id}/obligations?year=2024")
    rows = {
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip().split(" ")[0]: row
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)
    }
    assert "未触发" in rows["应急联动"]
    assert "未完成" in rows["综合联动(夏季)"]
    assert "未完成" not in rows["应急联动"]
    assert "这一年没有生效的联动组名单" in page
    assert "不代表没有开展" in page


@pytest.mark.parametrize(
    "path",
    [
        "/agreements/999",
        "/agreements/99999999999999999999",
        "/agreements/1/obligations?year=2022",
        "/agreements/1/obligations?year=2026",
        "/agreements/1/obligations?year=99999",
        "/agreements/1/obligations/nothing?year=2024",
        "/agreements/1/obligations/summer?year=2024&subject=g1",
        "/agreements/1/obligations/daily?year=2024&subject=",
        "/agreements/x",
        "/agreements/-1",
    ],
)
def test_what_is_not_there_is_not_found(app: Flask, people: People, path: str) -> None:
    assert shipped().id == 1
    html(people.client(app, "chengdu"), path, 404)
