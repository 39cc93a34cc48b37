"""Points: one by typing, a table of them by file, on a desk and on a phone."""

from pathlib import Path

from playwright.sync_api import expect

from coord.boundaries.tables import read_table
from tests.boundaries.test_queries import BY_PUJIANGS_LINE
from tests.journeys.conftest import Site

LON, LAT = BY_PUJIANGS_LINE
CSV = (
    "企业,东西,南北\n"
    f"甲厂(虚构),{LON},{LAT}\n"
    "乙厂(虚构),30.1,103.5\n"
    "丙厂(虚构),,\n"
    "丁厂(虚构),104.06,30.67\n"
)


def test_a_point_and_a_table_of_points(site: Site, tmp_path: Path) -> None:
    page = site.open("pujiang")
    page.goto("/boundaries/")
    page.get_by_role("link", name="定位", exact=True).click()
    page.fill("#lon", f"{LON}, {LAT}")
    page.get_by_role("button", name="定位").click()
    answer = page.locator(".located-answer")
    expect(answer).to_contain_text("也可能在")
    expect(answer).to_contain_text("±500米")
    expect(answer.get_by_role("link", name="蒲江县–丹棱县")).to_be_visible()

    points = tmp_path / "企业.csv"
    points.write_text(CSV, encoding="gb18030")
    page.set_input_files("#points-file", points)
    page.get_by_role("button", name="预览").click()
    preview = page.locator("#points-preview")
    expect(preview).to_contain_text("共4行,2行找到区县")
    expect(preview).to_contain_text("经纬度看起来写反了: 1行(第3行)")
    # Taken by their contents, and to be corrected by hand: the wrong way round all are swapped.
    page.select_option("#lon_column", "2")
    page.select_option("#lat_column", "1")
    page.get_by_role("button", name="预览").click()
    expect(preview.get_by_role("alert")).to_contain_text("请对调上面两列")
    page.select_option("#lon_column", "1")
    page.select_option("#lat_column", "2")
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载带标注的副本").click()
    expect(page.get_by_role("status").filter(has_text="已生成带标注的副本")).to_be_visible()
    assert saved.value.suggested_filename == "企业_定位.csv"
    copy = read_table(Path(saved.value.path()).read_bytes(), "企业_定位.csv")
    assert [row[3] for row in copy.rows] == ["510131", "", "", "510105"]
    # The button under the mouse changes its colour slowly; a picture half-way tells nothing.
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    site.look(page, "locate")

    page.set_input_files("#points-file", {"name": "旧.xls", "mimeType": "", "buffer": b"\xd0\xcf"})
    page.get_by_role("button", name="预览").click()
    expect(preview.get_by_role("alert")).to_contain_text("不是表格")
    site.look(page)


def test_on_a_phone_and_in_english(site: Site, tmp_path: Path) -> None:
    phone = site.open("danling", phone=True)
    phone.goto(f"/boundaries/locate/?lon={LON}&lat={LAT}&datum=cgcs2000")
    expect(phone.locator(".located-answer")).to_contain_text("约137米")
    points = tmp_path / "points.csv"
    points.write_text(CSV, encoding="utf-8")
    phone.set_input_files("#points-file", points)
    phone.get_by_role("button", name="预览").click()
    expect(phone.locator("#points-preview")).to_contain_text("共4行")
    site.look(phone, "locate")
    english = site.open("observer", language="en")
    english.goto(f"/boundaries/locate/?lon={LON}&lat={LAT}&datum=cgcs2000")
    expect(english.locator(".located-answer")).to_contain_text("May also be in")
    site.look(english, "locate-en")
