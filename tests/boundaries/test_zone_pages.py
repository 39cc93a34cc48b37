"""The zones' pages: listed, registered, drawn by keyboard, uploaded, carved; each fault in words."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely.geometry import box, mapping
from sqlalchemy import select

from coord.boundaries import zone_operations
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.studio_models import FunctionalZone
from coord.db import db
from tests.boundaries.builders import load_boundaries
from tests.factories import NOW, People, post

#: A square well inside 双流.
INSIDE = "104.02,30.48\n104.06,30.48\n104.06,30.52\n104.02,30.52"


@pytest.fixture
def client(app: Flask, people: People) -> FlaskClient:
    load_boundaries()
    zone_operations.seed_zones(now=NOW)
    db.session.commit()
    return people.client(app, "chengdu")


def zone_named(name: str) -> FunctionalZone:
    return db.session.scalars(select(FunctionalZone).where(FunctionalZone.name == name)).one()


def tianfu() -> str:
    return f"/boundaries/zones/{zone_named('四川天府新区').id}"


def draw(client: FlaskClient, **fields: object) -> str:
    sent = {"vertices": INSIDE, "datum": "cgcs2000", "snap_m": "0", **fields}
    return post(client, f"{tianfu()}/ground", **sent).get_data(as_text=True)


def collection(*shapes: object) -> bytes:
    features = [
        {"type": "Feature", "properties": {"name": f"甲{n}"}, "geometry": mapping(shape)}
        for n, shape in enumerate(shapes, start=1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def upload(client: FlaskClient, body: bytes, name: str = "zone.geojson", status: int = 200) -> str:
    answer = post(client, f"{tianfu()}/file", file=(BytesIO(body), name), datum="")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_list_and_the_county_name_the_zones(client: FlaskClient) -> None:
    page = client.get("/boundaries/zones/").get_data(as_text=True)
    for words in ("四川天府新区", "5101A1", "两江新区", "常识(GK级)", "还没有带图形的功能区"):
        assert words in page, words
    county = client.get("/boundaries/counties/510116").get_data(as_text=True)
    assert "此区县内的功能区" in county
    assert tianfu() in county
    other = client.get("/boundaries/counties/510182").get_data(as_text=True)
    assert "此区县内的功能区" not in other


def test_a_zone_is_registered_edited_verified_and_ended(client: FlaskClient) -> None:
    answer = post(
        client, "/boundaries/zones/new", name="试验新区", parent_codes=["510116", "510185"]
    )
    assert answer.status_code == 302
    zone = zone_named("试验新区")
    path = f"/boundaries/zones/{zone.id}"
    assert answer.headers["Location"] == path
    assert (zone.key, zone.parent_codes) == ("5101A3", ["510116", "510185"])
    post(client, f"{path}/edit", name="试验区", parent_codes=["510116"], from_on="2020-01-01")
    post(client, f"{path}/verify", document="虚构〔2026〕0号")
    assert "已核实" in client.get(path).get_data(as_text=True)
    page = post(client, f"{path}/end", last_day="2019-01-01")
    assert page.status_code == 422
    assert "不能早于设立日期2020-01-01" in page.get_data(as_text=True)
    post(client, f"{path}/end", last_day="2026-01-01")
    client.get(path)
    assert "登记撤销" not in client.get(path).get_data(as_text=True)


def test_ground_typed_line_by_line_is_kept(client: FlaskClient) -> None:
    draw(client)
    page = client.get(tianfu()).get_data(as_text=True)
    assert "约17.0平方公里" in page
    assert "104.020000,30.480000" in client.get(f"{tianfu()}/ground").get_data(as_text=True)
    outlines = json.loads(client.get("/boundaries/zones/map.json").data)
    assert [one["properties"]["key"] for one in outlines["features"]] == ["5101A1"]
    assert outlines["features"][0]["properties"]["url"] == tianfu()


@pytest.mark.parametrize(
    ("vertices", "words"),
    [
        ("104.02,30.48\nabc", "第2行“abc”"),
        ("30.48,104.02\n30.48,104.06\n30.52,104.06", "写反"),
        ("104.02,30.48\n104.06,30.52\n104.06,30.48\n104.02,30.52", "自相交"),
        ("103.5,30.48\n104.06,30.48\n104.06,30.52\n103.5,30.52", "在所选区县之外"),
    ],
)
def test_a_fault_is_said_and_what_was_typed_stays(
    client: FlaskClient, vertices: str, words: str
) -> None:
    page = draw(client, vertices=vertices)
    assert words in page
    assert vertices.splitlines()[0] in page
    assert zone_named("四川天府新区").area_m2 is None


def test_what_lies_outside_is_cut_when_asked(client: FlaskClient) -> None:
    draw(client, vertices="103.5,30.48\n104.06,30.48\n104.06,30.52\n103.5,30.52", cut_outside="y")
    assert 0 < (zone_named("四川天府新区").area_m2 or 0) < 200e6


def test_one_polygon_of_a_file_is_read_into_the_form(client: FlaskClient) -> None:
    page = upload(client, collection(box(104.02, 30.48, 104.06, 30.52)))
    assert "&#34;Polygon&#34;" in page
    assert "请选一个" not in page
    assert zone_named("四川天府新区").area_m2 is None


def test_of_several_polygons_one_is_chosen(client: FlaskClient) -> None:
    first, second = box(104.0, 30.4, 104.1, 30.5), box(104.02, 30.48, 104.06, 30.52)
    page = upload(client, collection(first, second))
    for words in ("文件中有2个图形", "第1行", "甲2", "约17.0平方公里"):
        assert words in page, words


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"", "zone.geojson", "zone.geojson|请选择"),
        (b"%PDF-1.7", "zone.pdf", "PDF"),
        (b"{}", "zone.geojson", "zone.geojson"),
        (b'{"type":"FeatureCollection","features":[]}', "z.json", "z.json"),
        (collection(box(104, 30, 104.1, 30.1).boundary), "line.json", "没有多边形"),
        (collection(*[box(104, 30, 104.1, 30.1)] * 61), "many.json", "超过60行"),
    ],
)
def test_a_file_that_is_none_is_refused_by_name(
    client: FlaskClient, body: bytes, name: str, words: str
) -> None:
    page = upload(client, body, name, status=422)
    assert [one for one in words.split("|") if one in page] != []


def test_carving_leads_to_the_comparison_and_changes_nothing_in_use(client: FlaskClient) -> None:
    draw(client)
    answer = post(client, "/boundaries/zones/carve", zones=[zone_named("四川天府新区").id])
    vintages = list(db.session.scalars(select(BoundaryVintage).order_by(BoundaryVintage.id)))
    assert [one.is_current for one in vintages] == [True, False]
    assert answer.headers["Location"] == f"/boundaries/zones/carved/{vintages[1].id}"
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    for words in ("+四川天府新区", "双流区", f"/boundaries/vintages/compare?b={vintages[1].id}"):
        assert words in page, words
    compared = client.get(f"/boundaries/vintages/compare?b={vintages[1].id}")
    assert compared.status_code == 200
    assert "四川天府新区" in compared.get_data(as_text=True)
    assert client.get(f"/boundaries/zones/carved/{vintages[0].id}").status_code == 404


def test_carving_without_a_choice_is_refused_in_words(client: FlaskClient) -> None:
    answer = post(client, "/boundaries/zones/carve")
    assert answer.status_code == 422
    assert "至少一个有图形的功能区" in answer.get_data(as_text=True)


def test_others_see_zones_and_change_none(app: Flask, client: FlaskClient, people: People) -> None:
    path = tianfu()
    officer, meishan = people.client(app, "danling"), people.client(app, "meishan")
    assert officer.get(path).status_code == 200
    assert "绘制或上传图形" not in officer.get(path).get_data(as_text=True)
    assert officer.get(f"{path}/ground").status_code == 403
    assert meishan.get(f"{path}/ground").status_code == 403
    assert post(meishan, f"{path}/erase").status_code == 403
    assert people.client(app, "auditor").get(path).status_code == 403
    assert officer.get("/boundaries/zones/999").status_code == 404
