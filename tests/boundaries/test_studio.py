"""The studio's page: rules in the address, pins, clashes in words, prices, what is kept."""

import io
import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coord.boundaries import atlas, queries, solving, studio_operations, studio_queries
from coord.boundaries.grouping import Rules
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_operations import EditAsked, Keepsake
from coord.boundaries.studio_state import State, read_pair, state_of
from coord.db import db
from coord.kernel.regions import FIVE_CITIES
from tests.boundaries.builders import forget_drawn, load_boundaries
from tests.boundaries.test_queries import counted_statements
from tests.factories import NOW, People, post

PENGZHOU, SHIFANG, YUCHENG, XINDU = "510182", "510682", "511802", "510114"
PLAN = (
    "party=5101&party=5106&party=5114&party=5118&party=5120&groups=8&counties=21&smallest=2"
    "&largest=4&objective=share&hub=5101&include=510114"
)


@pytest.fixture(autouse=True)
def own_caches() -> Iterator[None]:
    forget_drawn()
    yield
    forget_drawn()


@pytest.fixture
def client(app: Flask, people: People) -> FlaskClient:
    load_boundaries()
    return people.client(app, "chengdu")


def seen(client: FlaskClient, query: str, status: int = 200) -> str:
    answer = client.get(f"/boundaries/studio/?{query}")
    assert answer.status_code == status, (answer.status_code, answer.headers.get("Location"))
    text = answer.get_data(as_text=True)
    plain = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.S)
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", plain).split()))


def test_the_studio_opens_on_the_plan(client: FlaskClient) -> None:
    answer = client.get("/boundaries/studio/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/boundaries/studio/?{PLAN}")
    text = seen(client, PLAN)
    assert "8组、21个区县,组内边界约498公里。" in text
    assert "已证明最优" in text
    assert "占这些城市之间全部跨市边界(约880公里)的56.6%。" in text
    assert "次优的编法把有关各组改为" in text
    assert "雨城区 最长的跨市边界约8.0公里" in text


def test_what_a_form_sends_becomes_a_tidy_address(client: FlaskClient) -> None:
    sent = PLAN.replace("&groups=8", "&groups=") + "&min_km=&who=&other=&wish=include&apart="
    answer = client.get(f"/boundaries/studio/?{sent}")
    tidy = PLAN.replace("&groups=8", "")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/boundaries/studio/?{tidy}")
    added = client.get(f"/boundaries/studio/?{PLAN}&who=雨城&other=&wish=exclude")
    assert added.headers["Location"] == f"/boundaries/studio/?{PLAN}&exclude=511802"
    paired = client.get(f"/boundaries/studio/?{PLAN}&who=什邡&other=彭州市 510182&wish=apart")
    assert paired.headers["Location"] == f"/boundaries/studio/?{PLAN}&apart=510182-510682"


def test_a_click_leads_from_free_to_include_to_exclude_to_free(client: FlaskClient) -> None:
    def next_of(query: str) -> str:
        page = client.get(f"/boundaries/studio/?{query}").get_data(as_text=True)
        found = re.search(
            rf'<a href="/boundaries/studio/\?([^"]+)" data-go data-code="{YUCHENG}"', page
        )
        assert found is not None
        return unescape(found[1])

    first = next_of(PLAN)
    assert first == f"{PLAN}&include=511802"
    second = next_of(first)
    assert second == f"{PLAN}&exclude=511802"
    assert next_of(second) == PLAN
    assert "雨城区 最长" not in seen(client, second)
    assert "雨城区 规则要求排除。" in seen(client, second)


def test_two_chosen_counties_are_set_together_or_apart(client: FlaskClient) -> None:
    page = client.get(f"/boundaries/studio/?{PLAN}&mode=pair&pick={PENGZHOU}&pick2={SHIFANG}")
    links = [
        unescape(one)
        for one in re.findall(r'href="/boundaries/studio/\?([^"]+)"', page.get_data(as_text=True))
    ]
    assert f"{PLAN}&together=510182-510682&mode=pair" in links
    assert f"{PLAN}&apart=510182-510682&mode=pair" in links
    text = seen(client, f"{PLAN}&apart=510182-510682")
    assert "彭州市与什邡市分开" in text
    assert "彭州市 (成都) 、 什邡市" not in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (PLAN.replace("groups=8", "groups=abc"), "不是有效的整数"),
        (PLAN.replace("largest=4", "largest=40"), "每组县数应在2至8之间"),
        (PLAN.replace("smallest=2", "smallest=4").replace("largest=4", "largest=3"), "不能小于"),
        ("party=5101&smallest=2&largest=4&objective=km", "请至少选择两个城市"),
        (PLAN + "&min_km=-3", "最短边界应在0至500公里之间"),
        (PLAN.replace("hub=5101", "hub=5001"), "枢纽城市须是参与城市之一"),
        (PLAN.replace("objective=share", "objective=beauty"), ""),
        (PLAN + "&party=9999", "参与城市 :现行边界中没有城市“9999”。"),
        (PLAN + "&who=火星", "没有叫“火星”的区县"),
        (PLAN + "&who=彭州&wish=together", "请填写区县名称或六位代码"),
    ],
)
def test_wrong_rules_come_back_with_words(client: FlaskClient, query: str, words: str) -> None:
    assert words in seen(client, query, 422)


def test_rules_that_clash_are_named_and_one_button_relaxes_them(client: FlaskClient) -> None:
    query = PLAN + "&exclude=510114"
    page = client.get(f"/boundaries/studio/?{query}").get_data(as_text=True)
    text = seen(client, query)
    assert "在这些规则下没有可行的编组" in text
    assert "必须纳入新都区" in text
    assert "必须排除新都区" in text
    found = re.search(r'id="relax" href="([^"]+)"', page)
    assert found is not None
    relaxed = unescape(found[1]).removeprefix("/boundaries/studio/?")
    assert "在这些规则下没有可行的编组" not in seen(client, relaxed)


def test_why_not_with_us_has_a_price(client: FlaskClient) -> None:
    text = seen(client, f"{PLAN}&why=雨城")
    assert "雨城区必须纳入:目标值少4.0%(4.0%)" in text
    assert "改为" in text
    assert "火星" in seen(client, f"{PLAN}&why=火星")
    assert "彭州市与什邡市同组:现在的编组已经如此。" in seen(client, f"{PLAN}&why=彭州&with=什邡")
    assert "做不到" in seen(client, f"{PLAN}&why=彭州&with=仁寿")


def test_other_cities_than_the_five_are_grouped_too(client: FlaskClient) -> None:
    text = seen(client, "party=5001&party=5120&smallest=2&largest=6&objective=km")
    assert "已证明最优" in text
    assert "安岳县" in text


def test_everyone_at_work_computes_and_administrators_do_not(app: Flask, people: People) -> None:
    load_boundaries()
    for login, status in (
        ("pengzhou", 200),
        ("observer", 200),
        ("sysadmin", 403),
        ("auditor", 403),
    ):
        client = people.client(app, login)
        assert client.get(f"/boundaries/studio/?{PLAN}").status_code == status, login
    english = people.client(app, "observer")
    english.set_cookie("coord_language", "en")
    text = seen(english, PLAN)
    assert "Grouping studio" in text
    assert "proven" in text.lower()


def test_the_page_asks_the_database_little(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    seen(client, PLAN)
    with counted_statements() as statements:
        seen(client, PLAN)
    assert len(statements) <= 12, statements


def plan_state() -> State:
    return solving.scenario_state(atlas.get_key(), Scenario.PLAN)


def keep(people: People, name: str = "雨城纳入") -> int:
    state = plan_state().pinned(YUCHENG, "include")
    saved = studio_operations.save_scenario(
        Keepsake(name, "为雨城算"),
        state,
        solving.solved(atlas.get_key(), state),
        actor=people.actor("deyang"),
        now=NOW,
    )
    db.session.commit()
    return saved.id


def test_a_scenario_is_saved_from_the_page_and_read_as_it_was(
    client: FlaskClient, people: People
) -> None:
    answer = post(client, f"/boundaries/saved/save?{PLAN}", name="我的方案", note="试算")
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    for words in (
        "我的方案",
        "试算",
        "测试员chengdu(成都市总队)",
        "雨城区",
        "只计与成都市接壤的边界",
    ):
        assert words in page
    saved = studio_queries.list_saved(people.actor("observer"))[0]
    view = studio_queries.saved_view(saved)
    assert view.state == plan_state()
    assert view.grouping == solving.solved(atlas.get_key(), plan_state())
    assert view.is_current
    nameless = post(client, f"/boundaries/saved/save?{PLAN}", name=" ", note="")
    assert nameless.status_code == 422
    assert "请填写方案名称" in nameless.get_data(as_text=True)
    assert post(client, "/boundaries/saved/save?party=5101", name="坏").status_code == 400


def test_a_scenario_of_earlier_borders_says_so_and_shows_the_difference(
    client: FlaskClient, people: People
) -> None:
    saved_id = keep(people)
    studio_operations.strike_contact(
        EditAsked(PENGZHOU, SHIFANG, "有争议"), actor=people.actor("chengdu"), now=NOW
    )
    db.session.commit()
    page = client.get(f"/boundaries/saved/{saved_id}").get_data(as_text=True)
    assert "这个方案是按以前的边界算出的" in page
    assert "<del>彭州市、什邡市</del>" in page
    assert "采纳为名单" not in page
    assert "以前的" in client.get("/boundaries/saved/").get_data(as_text=True)
    adopting = post(
        client,
        "/boundaries/adopt",
        scenario=f"saved:{saved_id}",
        name="名单",
        effective_from="2026-10-01",
        sure="yes",
    )
    assert adopting.status_code == 422
    assert "按以前的边界算出" in adopting.get_data(as_text=True)


def test_only_author_and_his_citys_coordinators_put_aside(app: Flask, people: People) -> None:
    load_boundaries()
    saved_id = keep(people)
    assert (
        post(people.client(app, "chengdu"), f"/boundaries/saved/{saved_id}/aside").status_code
        == 403
    )
    assert (
        post(people.client(app, "pengzhou"), f"/boundaries/saved/{saved_id}/aside").status_code
        == 403
    )
    owner = people.client(app, "deyang")
    assert post(owner, f"/boundaries/saved/{saved_id}/aside").status_code == 302
    assert post(owner, f"/boundaries/saved/{saved_id}/aside").status_code == 409
    assert "雨城纳入" not in owner.get("/boundaries/saved/").get_data(as_text=True)
    assert "雨城纳入" in owner.get("/boundaries/saved/?all=1").get_data(as_text=True)
    assert people.client(app, "sysadmin").get(f"/boundaries/saved/{saved_id}").status_code == 403
    assert owner.get("/boundaries/saved/999").status_code == 404


def test_observers_and_reviewers_do_not_save(app: Flask, people: People) -> None:
    load_boundaries()
    answer = post(people.client(app, "observer"), f"/boundaries/saved/save?{PLAN}", name="观察")
    assert answer.status_code == 422
    assert "只有各市联络员和区县执法人员" in answer.get_data(as_text=True)
    assert studio_queries.list_saved(people.actor("observer")) == []


def test_a_saved_scenario_is_adopted(client: FlaskClient, people: People) -> None:
    saved_id = keep(people)
    first = post(
        client,
        "/boundaries/adopt",
        scenario=f"saved:{saved_id}",
        name="名单",
        effective_from="2026-10-01",
    )
    assert "雨城" in first.get_data(as_text=True)
    answer = post(
        client,
        "/boundaries/adopt",
        scenario=f"saved:{saved_id}",
        name="名单",
        effective_from="2026-10-01",
        sure="yes",
    )
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "雨城纳入" in page
    roster = queries.list_rosters(people.actor("chengdu"))[0]
    assert (roster.origin.value, roster.saved_scenario_id) == ("saved", saved_id)
    assert "511802" in {member.code for group in roster.groups for member in group.members}


def test_built_in_and_saved_stand_side_by_side(client: FlaskClient, people: People) -> None:
    saved_id = keep(people)
    page = client.get(f"/boundaries/scenarios/?show=plan&show=saved:{saved_id}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert text.count('<svg class="overview-map"') == 2
    for shown in (text, client.get(f"/boundaries/saved/{saved_id}").get_data(as_text=True)):
        assert f'href="/boundaries/print/?what=saved-{saved_id}"' in shown
    assert "个区县在这些方案中的同组伙伴不同" in text
    assert client.get("/boundaries/scenarios/?show=saved:999").status_code == 404
    assert client.get("/boundaries/scenarios/?show=nothing").status_code == 404


def test_a_scenario_that_became_impossible_says_so_and_breaks_no_page(
    client: FlaskClient, people: People
) -> None:
    for row in queries.contacts_of(XINDU):
        studio_operations.strike_contact(
            EditAsked(row.a, row.b, "试"), actor=people.actor("chengdu"), now=NOW
        )
    for row in [one for one in queries.list_contacts(FIVE_CITIES) if "510182" in (one.a, one.b)]:
        studio_operations.strike_contact(
            EditAsked(row.a, row.b, "试"), actor=people.actor("chengdu"), now=NOW
        )
    db.session.commit()
    page = client.get("/boundaries/scenarios/")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "不可行" in text
    # Every page calls counties and cities by name.
    for path in ("/boundaries/scenarios/", "/boundaries/?show=plan", "/boundaries/adopt"):
        said = re.search(
            r"(?:不能同时做到|无法做到):[^<]*", client.get(path).get_data(as_text=True)
        )
        assert said is not None, path
        assert "成都市" in said[0] or "新都区" in said[0], said[0]
        assert re.search(r"\d{4}", said[0]) is None, said[0]
    for path in ("/boundaries/?show=plan", "/boundaries/", "/boundaries/adopt", "/"):
        assert client.get(path).status_code == 200, path


def test_json_replays_to_the_same_groups_and_is_kept(client: FlaskClient, people: People) -> None:
    answer = client.get(f"/boundaries/saved/document?{PLAN}")
    # A server sends headers as Latin-1, so a Chinese name must be coded.
    disposition = answer.headers["Content-Disposition"].encode("latin-1")
    assert b"filename*=UTF-8''%E7%BC%96%E7%BB%84" in disposition
    assert json.loads(answer.data)["result"]["rules"]["groups"] == 8
    replayed = post(
        client, "/boundaries/saved/replay", file=(io.BytesIO(answer.data), "a.json"), name=""
    )
    text = replayed.get_data(as_text=True)
    assert replayed.status_code == 200
    assert "回放一致" in text
    assert "完全相同" in text
    kept = post(
        client,
        "/boundaries/saved/replay",
        file=(io.BytesIO(answer.data), "a.json"),
        name="别处的方案",
    )
    assert kept.status_code == 302
    assert "回放自" in client.get(kept.headers["Location"]).get_data(as_text=True)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe", b"[1,2]", b'{"format":"coord-border-groups"}']
)
def test_files_that_are_none_are_refused_in_words(client: FlaskClient, content: bytes) -> None:
    answer = post(client, "/boundaries/saved/replay", file=(io.BytesIO(content), "a.json"), name="")
    assert answer.status_code == 422
    assert "尚未保存,请更正" in answer.get_data(as_text=True)


def test_geojson_names_its_datum_source_and_licence(client: FlaskClient) -> None:
    answer = client.get(f"/boundaries/saved/document?kind=geojson&{PLAN}")
    document = json.loads(answer.data)
    kinds = [feature["properties"]["kind"] for feature in document["features"]]
    assert (kinds.count("county"), kinds.count("contact"), kinds.count("group")) == (43, 30, 8)
    assert document["coord"]["datum"] == "CGCS2000 (EPSG:4490)"
    assert document["coord"]["licence"]
    assert document["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    inside = [
        f["properties"]
        for f in document["features"]
        if f["properties"]["kind"] == "contact" and f["properties"]["group"]
    ]
    assert round(sum(one["length_m"] for one in inside) / 1000) == 498


def test_a_state_survives_its_address() -> None:
    state = state_of(
        ["5106", "5101"],
        Rules(
            groups=3, must_exclude=frozenset({"510101"}), together=frozenset({("510682", "510182")})
        ),
    )
    assert state.parties == ("5101", "5106")
    assert state.query()["together"] == ["510182-510682"]
    assert read_pair("510682-510182") == ("510182", "510682")
    assert [read_pair(text) for text in ("510182", "510182-510182", "a-b", "")] == [None] * 4
