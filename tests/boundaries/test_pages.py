import json
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from coord.boundaries import queries
from coord.boundaries.models import Roster
from coord.boundaries.scenarios import Scenario
from coord.db import db
from coord.kernel.clock import shanghai_date, utc_now
from tests.boundaries.builders import START, adopt, load_boundaries
from tests.boundaries.test_queries import counted_statements
from tests.factories import People, post

PLAIN_PAGES = (
    "/boundaries/",
    "/boundaries/?show=cities&chongqing=1",
    "/boundaries/?show=everyone",
    "/boundaries/scenarios/",
    "/boundaries/scenarios/plan/7",
    "/boundaries/rosters/",
    "/boundaries/counties/510182",
    "/boundaries/contacts/510182-510682",
    "/boundaries/map.json",
)
COORDINATORS_PAGES = ("/boundaries/adopt", "/boundaries/map-number")


def html(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.get_data(as_text=True)[:3000]
    return response.get_data(as_text=True)


def words(page: str) -> str:
    """What a reader sees of a page."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def map_data(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="map-data">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, object] = json.loads(found.group(1))
    return data


@pytest.mark.parametrize("path", PLAIN_PAGES)
def test_everyone_at_work_reads_administrators_do_not(
    app: Flask, people: People, path: str
) -> None:
    load_boundaries()
    for login in ("chengdu", "pengzhou", "reviewer", "observer"):
        html(people.client(app, login), path)
    for login in ("sysadmin", "secadmin", "auditor"):
        html(people.client(app, login), path, 403)
    assert app.test_client().get(path).status_code == 302


@pytest.mark.parametrize("path", COORDINATORS_PAGES)
def test_only_coordinators_of_the_five_cities_open_decisions(
    app: Flask, people: People, path: str
) -> None:
    load_boundaries()
    html(people.client(app, "deyang"), path)
    for login in ("pengzhou", "reviewer", "observer", "sysadmin"):
        client = people.client(app, login)
        html(client, path, 403)
        assert post(client, path).status_code == 403


def test_without_boundaries_the_page_says_so(app: Flask, people: People) -> None:
    client = people.client(app, "chengdu")
    assert "尚未载入边界数据" in html(client, "/boundaries/", 409)
    assert "还没有采纳过名单" in html(client, "/boundaries/rosters/")


def test_the_map_page_tells_the_whole(app: Flask, people: People) -> None:
    load_boundaries()
    page = html(people.client(app, "pengzhou"), "/boundaries/")
    seen = words(page)
    assert "跨市边界:30段,涉及25个区县,共约880公里" in seen
    assert "8组、21个区县,组内边界约498公里。 已证明最优" in seen
    assert "雨城区 最长的跨市边界约8.0公里" in seen
    assert "审图号:待填" in seen
    assert "重庆与成都不相邻,最近处相距约65.6公里" in seen
    assert "采纳为名单" not in seen
    data = map_data(page)
    group_of = data["groupOf"]
    assert isinstance(group_of, dict)
    assert len(group_of) == 21
    assert group_of["510182"] == group_of["510682"] == 7
    # The drawn map, for paper and for browsers without scripts, has every county as a link.
    drawn = page.split('class="drawn-map"')[1].split("</svg>")[0]
    assert len(set(re.findall(r'href="/boundaries/counties/(\d{6})', drawn))) == 43
    assert drawn.count('class="drawn-line') == 30


def test_no_inline_script_or_style(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    for path in (*PLAIN_PAGES[:-1], *COORDINATORS_PAGES):
        page = html(client, path)
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=", page) == []
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
        assert all("application/json" in attributes for attributes in inline)


def test_the_page_asks_the_database_as_often_for_43_counties_as_for_81(
    app: Flask, people: People
) -> None:
    load_boundaries()
    adopt(people.actor("chengdu"))
    client = people.client(app, "observer")
    counts = []
    for path in ("/boundaries/?chongqing=1", "/boundaries/", "/boundaries/?chongqing=1"):
        html(client, path)  # once to warm what a process keeps
        with counted_statements() as seen:
            html(client, path)
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 20


@pytest.mark.parametrize("scenario", list(Scenario))
def test_scenarios_are_compared(app: Flask, people: People, scenario: Scenario) -> None:
    load_boundaries()
    seen = words(html(people.client(app, "observer"), "/boundaries/scenarios/"))
    assert scenario.label in seen
    assert scenario.explanation in seen
    assert "约498公里 占全部跨市边界57%" in seen
    assert "约647公里 占全部跨市边界73%" in seen
    assert "约733公里 占全部跨市边界83%" in seen


def test_map_data_is_whole_and_revalidated(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "observer")
    first = client.get("/boundaries/map.json")
    data = first.get_json()
    assert len(data["counties"]["features"]) == 81
    assert len(data["contacts"]["features"]) == 33
    assert data["contacts"]["features"][0]["properties"] == {
        "a": "500111",
        "b": "512021",
        "title": "大足区–安岳县",
        "km": 40.0,
        "manual": False,
    }
    again = client.get("/boundaries/map.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_panel_of_a_county(app: Flask, people: People) -> None:
    load_boundaries()
    adopt(people.actor("chengdu"))
    client = people.client(app, "pengzhou")
    page = html(client, "/boundaries/counties/510182")
    panel = words(page.split('id="panel"')[1].split("</section>")[0])
    assert "彭州市 成都市" in panel
    assert "第7组 彭州–什邡" in panel
    assert "未核实" in panel
    assert "什邡市 德阳 71.6" in panel
    assert "广汉市 德阳 16.4" in panel
    assert "data-chosen='[\"510182\"]'" in page
    far = html(client, "/boundaries/counties/510104")
    assert "不与其他城市的区县接壤" in words(far)
    # A county of Chongqing brings Chongqing onto the map.
    chongqing = map_data(html(client, "/boundaries/counties/500111"))
    assert chongqing["parties"] == ["5101", "5106", "5118", "5114", "5120", "5001"]


def test_the_panel_of_a_contact_and_of_a_group(app: Flask, people: People) -> None:
    load_boundaries()
    roster = adopt(people.actor("chengdu"))
    client = people.client(app, "pengzhou")
    contact = words(html(client, "/boundaries/contacts/510682-510182"))
    assert "彭州市–什邡市" in contact
    assert "约71.6公里" in contact
    group = words(html(client, f"/boundaries/groups/{roster.groups[6].id}"))
    assert "第7联动组" in group
    assert "2026-01-01 起,至今" in group
    computed = words(html(client, "/boundaries/scenarios/everyone/8"))
    assert "全部纳入(计算结果,未采纳)" in computed


@pytest.mark.parametrize(
    "path",
    [
        "/boundaries/counties/999999",
        "/boundaries/counties/%27%20or%201",
        "/boundaries/contacts/510182-510131",
        "/boundaries/contacts/510182",
        "/boundaries/groups/999",
        "/boundaries/groups/99999999999999999999999",
        "/boundaries/rosters/999",
        "/boundaries/scenarios/best/1",
        "/boundaries/scenarios/plan/9",
        "/boundaries/scenarios/plan/0",
        "/boundaries/?show=best",
        "/boundaries/adopt?scenario=best",
    ],
)
def test_what_does_not_exist_is_404(app: Flask, people: People, path: str) -> None:
    load_boundaries()
    html(people.client(app, "chengdu"), path, 404)


def test_adopting_in_two_steps(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    fields = {"scenario": "plan", "name": "二〇二六年名单", "effective_from": "2026-10-01"}
    asked = post(client, "/boundaries/adopt", **fields)
    seen = words(asked.get_data(as_text=True))
    assert asked.status_code == 200
    assert "“二〇二六年名单”将自 2026-10-01 起生效,共8组、21个区县(方案口径)。" in seen
    assert "第7组 彭州–什邡" in seen
    assert db.session.scalar(select(func.count()).select_from(Roster)) == 0

    done = post(client, "/boundaries/adopt", sure="yes", **fields)
    roster = db.session.scalars(select(Roster)).one()
    assert done.status_code == 302
    assert done.headers["Location"] == f"/boundaries/rosters/{roster.id}"
    assert roster.effective_from == date(2026, 10, 1)
    shown = words(html(client, done.headers["Location"]))
    assert "未核实" in shown
    assert "测试员chengdu" in shown
    assert "尚未登记" in shown


def test_adopting_twice_for_one_day_is_refused_on_the_page(app: Flask, people: People) -> None:
    load_boundaries()
    adopt(people.actor("chengdu"))
    fields = {"scenario": "everyone", "name": "又一名单", "effective_from": START.isoformat()}
    answer = post(people.client(app, "deyang"), "/boundaries/adopt", sure="yes", **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "生效日期须晚于现有名单“测试名单”的生效日期(2026-01-01)" in page
    assert 'value="又一名单"' in page
    assert db.session.scalar(select(func.count()).select_from(Roster)) == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"effective_from": "2026-02-30"}, 422),
        ({"effective_from": ""}, 422),
        ({"effective_from": "1926-01-01"}, 422),
        ({"name": ""}, 422),
        ({"name": "长" * 101}, 422),
        ({"scenario": "best"}, 422),
        ({"verification": "verified"}, 400),
    ],
)
def test_bad_input_changes_nothing(
    app: Flask, people: People, changed: dict[str, str], status: int
) -> None:
    load_boundaries()
    fields = {"scenario": "plan", "name": "名单", "effective_from": "2026-10-01", "sure": "yes"}
    answer = post(people.client(app, "chengdu"), "/boundaries/adopt", **(fields | changed))
    assert answer.status_code == status
    assert db.session.scalar(select(func.count()).select_from(Roster)) == 0


def test_confirming_from_the_official_document(app: Flask, people: People) -> None:
    load_boundaries()
    roster_id = adopt(people.actor("chengdu"), day=shanghai_date(utc_now())).id
    path = f"/boundaries/rosters/{roster_id}"
    officer = people.client(app, "pengzhou")
    assert "登记并标为已核实" not in html(officer, path)
    assert post(officer, path, document="文件").status_code == 422
    client = people.client(app, "deyang")
    assert post(client, path, document="").status_code == 422
    answer = post(client, path, document="川环函〔2026〕0号")
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    seen = words(html(client, path))
    assert "已核实" in seen
    assert "未核实" not in seen
    assert "川环函〔2026〕0号" in seen
    assert "已核实" in words(html(client, "/boundaries/rosters/"))


def test_naming_the_lead_agency(app: Flask, people: People) -> None:
    load_boundaries()
    group_id = adopt(people.actor("chengdu")).groups[6].id
    path = f"/boundaries/groups/{group_id}/lead"
    client = people.client(app, "chengdu")
    assert post(client, path, lead_code="510182").status_code == 302
    found = queries.find_group(group_id)
    assert found is not None
    assert found.lead_code == "510182"
    assert post(client, path, lead_code="510131").status_code == 400
    assert post(client, "/boundaries/groups/999/lead", lead_code="").status_code == 404
    assert post(people.client(app, "pengzhou"), path, lead_code="").status_code == 403
    assert post(people.client(app, "reviewer"), path, lead_code="").status_code == 403


def test_the_approval_number_stands_on_the_map(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "meishan")
    assert post(client, "/boundaries/map-number", number="GS川(2026)0000号").status_code == 302
    assert "审图号:GS川(2026)0000号" in words(html(client, "/boundaries/"))
    assert post(client, "/boundaries/map-number", number="9" * 61).status_code == 422


def test_names_are_escaped(app: Flask, people: People) -> None:
    load_boundaries()
    roster = adopt(people.actor("chengdu"), name="<script>alert(1)</script>")
    client = people.client(app, "observer")
    for path in ("/boundaries/", f"/boundaries/rosters/{roster.id}", "/boundaries/rosters/"):
        page = html(client, path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_english_is_complete(app: Flask, people: People) -> None:
    load_boundaries()
    roster = adopt(people.actor("chengdu"), name="Test roster")
    client = people.client(app, "deyang")
    assert post(client, "/language", language="en", next="/").status_code == 302
    places = set("".join(queries.county_names().values()) + "成都德阳雅安眉山资阳重庆市–")
    own = set("联动测试员支队总中文")  # names of people, agencies and of the language itself
    for path in (*PLAIN_PAGES[:-1], *COORDINATORS_PAGES, f"/boundaries/rosters/{roster.id}"):
        page = html(client, path)
        main = words(page.split('<main id="main"')[1].split("</main>")[0])
        chinese = set(re.findall(r"[㐀-鿿]", main)) - places - own
        assert chinese == set(), path
