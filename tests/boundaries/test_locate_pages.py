"""The page of points: one, or a file; who may ask, what is said, what comes back."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from coord.boundaries import locate_views
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.table_writing import write_xlsx
from coord.boundaries.tables import Table, read_table
from coord.db import db
from tests.boundaries.builders import adopt, load_boundaries
from tests.boundaries.test_pages import html, words
from tests.boundaries.test_queries import BY_PUJIANGS_LINE
from tests.factories import People, csrf_token

PAGE = "/boundaries/locate/"
BY_LINE = f"{PAGE}?lon={BY_PUJIANGS_LINE[0]}&lat={BY_PUJIANGS_LINE[1]}&datum=cgcs2000"
CSV = (
    "企业,经度,纬度,备注\n"
    f"甲厂,{BY_PUJIANGS_LINE[0]},{BY_PUJIANGS_LINE[1]},原备注\n"
    "乙厂,30.1,103.5,\n"
    "丙厂,,,\n"
    "丁厂,104.06,30.67,\n"
    "戊厂,东经一百,30,\n"
    "=HYPERLINK(1),120.5,30.2,\n"
)
ADDED = "区县代码 区县 城市 最近跨市边界(米) 对侧区县 10公里内各边界 联动组 精度(±米) 备注(定位1)"


def send(
    client: FlaskClient,
    content: bytes,
    name: str = "企业.csv",
    *,
    to: str = "annotated",
    **fields: str,
) -> TestResponse:
    data = {
        "csrf_token": csrf_token(client),
        "datum": "cgcs2000",
        "file": (io.BytesIO(content), name),
        **fields,
    }
    return client.post(f"{PAGE}{to}", data=data, content_type="multipart/form-data")


def copy_of(response: TestResponse, name: str) -> Table:
    assert response.status_code == 200, words(response.get_data(as_text=True))[:500]
    return read_table(response.get_data(), name)


@pytest.fixture
def officer(app: Flask, people: People) -> FlaskClient:
    load_boundaries()
    adopt(people.actor("chengdu"))
    return people.client(app, "pujiang")


def test_everyone_at_work_may_ask_administrators_may_not(app: Flask, people: People) -> None:
    load_boundaries()
    for login in ("chengdu", "pengzhou", "reviewer", "observer"):
        page = html(people.client(app, login), PAGE)
        assert 'href="/boundaries/locate/" class="here"' in page
    for login in ("sysadmin", "secadmin", "auditor"):
        client = people.client(app, login)
        html(client, PAGE, 403)
        assert send(client, CSV.encode()).status_code == 403
        assert send(client, CSV.encode(), to="preview").status_code == 403
    assert app.test_client().get(PAGE).status_code == 302


def test_one_point_with_its_borders_groups_and_doubt(officer: FlaskClient) -> None:
    page = words(html(officer, BY_LINE))
    assert "成都市 蒲江县 510131" in page
    assert "也可能在 眉山市 丹棱县" in page
    assert "边界精度 ±500米" in page
    assert "蒲江县–丹棱县 约137米 第6组" in page
    assert "第6组 蒲江–东坡–丹棱" in page


@pytest.mark.parametrize("typed", ["103.464578, 30.111223", "(103.464578 30.111223)"])
def test_a_pair_may_be_pasted_into_one_field(officer: FlaskClient, typed: str) -> None:
    response = officer.get(PAGE, query_string={"lon": typed, "lat": "", "datum": "cgcs2000"})
    assert "成都市 蒲江县 510131" in words(response.get_data(as_text=True))


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        ("30.1", "103.5", "写反"),
        ("103.5", "", "请填写经度和纬度"),
        ("abc", "30", "看不懂的坐标“abc”"),
        ("116.4", "39.9", "不在现有边界数据的任何区县内"),
        ("0", "0", "不在中国范围内"),
    ],
)
def test_what_is_wrong_with_a_point_is_said(
    officer: FlaskClient, lon: str, lat: str, said: str
) -> None:
    response = officer.get(PAGE, query_string={"lon": lon, "lat": lat})
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert said in page
    assert f'value="{lon}"' in page


def test_the_copy_keeps_everything_and_adds_its_columns(officer: FlaskClient) -> None:
    response = send(officer, CSV.encode("gb18030"))
    table = copy_of(response, "x.csv")
    assert table.header == ("企业", "经度", "纬度", "备注", *ADDED.split())
    rows = {row[0]: row for row in table.rows}
    assert rows["甲厂"][3:9] == ("原备注", "510131", "蒲江县", "成都市", "137", "眉山市丹棱县")
    assert rows["甲厂"][9].startswith("蒲江县–丹棱县 137 米;蒲江县–东坡区 4534 米")
    assert rows["甲厂"][10] == "第6组 蒲江–东坡–丹棱"
    assert rows["甲厂"][11:] == ("500", "距区县界线在边界精度以内,也可能在眉山市丹棱县")
    assert rows["丁厂"][4:] == (
        *("510105", "青羊区", "成都市", "", "", "", "", "500", "10公里内无跨市边界"),
    )
    said = {name: row[-1] for name, row in rows.items() if not row[4]}
    assert said == {
        "乙厂": "经纬度看起来写反了",
        "丙厂": "缺少坐标",
        "戊厂": "看不懂的坐标:东经一百 30",
        "'=HYPERLINK(1)": "不在边界数据的任何区县内",
    }
    assert table.numbers == (2, 3, 4, 5, 6, 7)
    assert (
        "filename*=UTF-8''%E4%BC%81%E4%B8%9A_%E5%AE%9A%E4%BD%8D.csv"
        in (response.headers["Content-Disposition"])
    )
    assert response.headers["Cache-Control"] == "no-store"


def test_a_workbook_comes_back_as_a_workbook(officer: FlaskClient) -> None:
    content = write_xlsx(
        [(1, ["登记表"]), (3, ["code", "坐标"]), (5, ["0101", "103.464578,30.111223"])],
        sheet="点位",
        header_row=3,
    )
    table = copy_of(send(officer, content, "点.xlsx"), "x.xlsx")
    assert (table.sheet, table.header_number, table.numbers) == ("点位", 3, (5,))
    assert table.preface == ((1, ("登记表",)),)
    assert table.rows[0][:4] == ("0101", "103.464578,30.111223", "510131", "蒲江县")


def test_the_preview_says_what_is_wrong_by_row(officer: FlaskClient) -> None:
    response = send(officer, CSV.encode(), to="preview")
    assert response.status_code == 200
    page = response.get_data(as_text=True)
    said = words(page)
    assert "共6行,2行找到区县" in said
    assert "经纬度看起来写反了: 1行(第3行)" in said
    assert "缺少坐标或看不懂: 2行(第4、6行)" in said
    assert '<option selected value="1">B 经度</option>' in page
    assert '<option selected value="2">C 纬度</option>' in page


def test_columns_chosen_by_hand_win_and_swapped_ones_are_noticed(officer: FlaskClient) -> None:
    content = f"x1,a,b\n1,{BY_PUJIANGS_LINE[1]},{BY_PUJIANGS_LINE[0]}\n".encode()
    swapped = send(officer, content, to="preview", lon_column="1", lat_column="2")
    assert "请对调上面两列" in swapped.get_data(as_text=True)
    right = send(officer, content, lon_column="2", lat_column="1")
    assert copy_of(right, "x.csv").rows[0][3] == "510131"
    # Guessed by their contents where the names say nothing.
    assert copy_of(send(officer, content), "x.csv").rows[0][3] == "510131"


@pytest.mark.parametrize("to", ["preview", "annotated"])
@pytest.mark.parametrize(
    ("content", "name", "fields", "said"),
    [
        (b"", "x.csv", {}, "空文件"),
        (b"a,b\n1,2\n", "x.csv", {}, "没有找到经纬度列"),
        (b"a,b\n1,2\n", "x.csv", {"lon_column": "7", "lat_column": "1"}, "所选的列不在文件中"),
        (b"a,b\n1,2\n", "x.csv", {"datum": "mars"}, "有效的选择"),
        (b"PK\x03\x04rubbish", "x.xlsx", {}, "已损坏"),
        (b"%PDF-1.7", "x.pdf", {}, "不是表格"),
    ],
    ids=["empty", "no columns", "column beyond", "datum", "damaged", "pdf"],
)
def test_a_bad_file_is_refused_in_words(
    officer: FlaskClient, to: str, content: bytes, name: str, fields: dict[str, str], said: str
) -> None:
    response = send(officer, content, name, to=to, **fields)
    assert response.status_code == 422
    assert said in response.get_data(as_text=True)


def test_an_unknown_field_is_refused_and_no_file_is_said(officer: FlaskClient) -> None:
    assert send(officer, CSV.encode(), colour="red").status_code == 400
    response = officer.post(
        f"{PAGE}preview", data={"csrf_token": csrf_token(officer), "datum": "cgcs2000"}
    )
    assert response.status_code == 422
    assert "请选择文件" in response.get_data(as_text=True)


def test_one_file_is_read_at_a_time(officer: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate_views, "PATIENCE_S", 0.01)
    with locate_views._READING:
        response = send(officer, CSV.encode())
        assert response.status_code == 422
        assert "请半分钟后再试" in response.get_data(as_text=True)
    assert send(officer, CSV.encode()).status_code == 200
    # A file that cannot be read leaves the way free as well.
    assert send(officer, b"").status_code == 422
    assert send(officer, CSV.encode()).status_code == 200


def test_boundaries_that_state_no_accuracy(officer: FlaskClient) -> None:
    for vintage in db.session.query(BoundaryVintage):
        vintage.accuracy_m = None
    page = words(html(officer, BY_LINE))
    assert "精度未说明" in page
    assert "也可能在" not in page
    assert copy_of(send(officer, CSV.encode()), "x.csv").rows[0][11:] == ("未说明", "")


def test_in_english(officer: FlaskClient) -> None:
    officer.set_cookie("coord_language", "en")
    page = words(html(officer, BY_LINE))
    assert "May also be in 眉山市 丹棱县" in page
    table = copy_of(send(officer, CSV.encode()), "x.csv")
    assert table.header[4:] == (
        *("County code", "County", "City", "Nearest city border (m)", "County across"),
        *("Borders within 10 km", "Joint group", "Accuracy (± m)", "Remark"),
    )
    assert table.rows[2][-1] == "No coordinates"


def test_many_questions_are_slowed_down(officer: FlaskClient) -> None:
    token = csrf_token(officer)
    answers = [
        officer.post(f"{PAGE}preview", data={"csrf_token": token}).status_code for _ in range(31)
    ]
    assert (set(answers[:30]), answers[30]) == ({422}, 429)
