"""A lead: from a point on the map to the neighbour's desk and back."""

import http.client
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cases.builders import PDF
from tests.journeys.conftest import Site


def fill_lead(page: Page, files: list[Path]) -> None:
    page.fill("#title", "夜间异味(测试)")
    page.fill("#firm_name", "示例甲表面涂装有限公司(虚构)")
    page.fill("#credit_code", "91000000MATEXT001B")
    page.fill("#place", "示范路1号")
    page.fill("#description", "巡查闻到明显溶剂气味。")
    page.set_input_files("#files", files)


def point_at_the_map(page: Page) -> None:
    """A click gives county, distance, neighbour and group at once; typing does the same."""
    page.goto("/cases/new")
    expect(page.locator("#pick-map path").first).to_be_visible()
    box = page.locator("#pick-map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-slot=county]")).not_to_be_empty()
    page.fill("#lon", "30.14")
    page.fill("#lat", "103.50")
    page.locator("#locate-button").click()
    expect(page.locator("[data-slot=error]")).to_contain_text("写反")
    page.fill("#lon", "103°30′00″E")
    page.fill("#lat", "30.14")
    page.locator("#locate-button").click()
    expect(page.locator("[data-slot=border]")).to_contain_text("公里")
    expect(page.locator("[data-slot=groups]")).to_contain_text("第6组")


def draft_and_offer(site: Site, page: Page, folder: Path) -> str:
    """A wrong file is refused in words and nothing typed is lost; then the lead is sent."""
    photo, false = folder / "现场照片.pdf", folder / "假照片.jpg"
    photo.write_bytes(PDF)
    false.write_bytes(b"PK\x03\x04" + b"\x00" * 100)
    page.select_option("#to_code", "511424")
    site.look(page, "new-lead")
    fill_lead(page, [false])
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("与扩展名不符")
    assert page.input_value("#description") == "巡查闻到明显溶剂气味。"
    fill_lead(page, [photo])
    page.select_option("#to_code", "511424")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("link", name="移送…").click()
    expect(page.get_by_text("眉山市丹棱县").first).to_be_visible()
    expect(page.get_by_text("现场照片.pdf")).to_be_visible()
    site.look(page, "offer")
    page.get_by_role("button", name=re.compile("移送给")).click()
    return page.url


def work_on_it(site: Site, page: Page) -> None:
    """The neighbour acknowledges, accepts, reports and feeds back, on a phone."""
    page.get_by_role("listitem").filter(has_text="夜间异味(测试)").get_by_role("link").click()
    site.look(page, "lead")
    page.get_by_role("button", name="签收").click()
    page.locator("summary", has_text=re.compile("^接收$")).click()
    page.locator("#accept-note").fill("已派员。")
    page.get_by_role("button", name="接收").click()
    page.locator("summary", has_text="反馈进展").click()
    page.locator("details[open]").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写进展")
    page.locator("#progress-note").fill("现场核实,已取样。")
    page.locator("details[open]").get_by_role("button").click()
    page.locator("summary", has_text="最终反馈").click()
    page.locator("#feed_back-outcome").select_option("fined")
    page.locator("#feed_back-note").fill("已立案处罚。")
    page.locator("details[open]").get_by_role("button").click()


def test_a_lead_goes_there_and_back(site: Site, tmp_path: Path) -> None:
    sender = site.open("pujiang")
    point_at_the_map(sender)
    lead = draft_and_offer(site, sender, tmp_path)
    work_on_it(site, site.open("danling", phone=True))
    sender.goto(lead)
    expect(sender.get_by_text("现场核实,已取样。")).to_be_visible()
    sender.get_by_role("button", name="确认办结").click()
    expect(sender.get_by_text("已办结").first).to_be_visible()
    site.look(sender, "lead")
    sender.goto("/cases/?tab=sent")
    site.look(sender, "leads")
    # Nobody else sees that it exists.
    for login in ("chengdu", "c511402", "observer"):
        answer = site.open(login).goto(lead)
        assert answer is not None
        assert answer.status in {403, 404}


def test_a_two_gigabyte_upload_is_refused_unread(site: Site) -> None:
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/cases/new")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(2 * 1024**3))
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, "上传内容过大" in response.read().decode()) == (413, True)
    connection.close()


PAGES = {
    "chengdu": (
        "/",
        "/agreements/",
        "/agreements/1",
        "/schedule/campaigns/",
        "/workdays/",
        "/notices/",
        "/account",
    ),
    "pujiang": ("/", "/cases/", "/schedule/?view=agenda", "/cases/1", "/cases/1/letter"),
    "observer": ("/", "/schedule/"),
    "reviewer": ("/",),
    "sysadmin": (
        "/",
        "/admin/people",
        "/admin/people/1",
        "/admin/people/new",
        "/workdays/notice",
    ),
    "secadmin": ("/", "/admin/roles", "/admin/roles/1"),
    "auditor": ("/", "/audit/", "/audit/verify"),
}


@pytest.mark.parametrize("login", PAGES)
def test_the_pages_of_every_role_at_both_widths(site: Site, login: str) -> None:
    for phone in (False, True):
        page = site.open(login, phone=phone, language="en" if phone else "zh_CN")
        for path in PAGES[login]:
            page.goto(path)
            name = f"home-{login}" if path == "/" else "audit" if path == "/audit/" else ""
            site.look(page, name if not phone else "")
