"""A lead: from a point on the map to the neighbour's desk and back."""

import re
from pathlib import Path

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


def test_a_lead_goes_there_and_back(site: Site, tmp_path: Path) -> None:
    photo = tmp_path / "现场照片.pdf"
    photo.write_bytes(PDF)
    false = tmp_path / "假照片.jpg"
    false.write_bytes(b"PK\x03\x04" + b"\x00" * 100)

    sender = site.open("pujiang")
    sender.goto("/cases/new")
    expect(sender.locator("#pick-map path").first).to_be_visible()
    # A click on the map gives county, distance, neighbour and group at once.
    box = sender.locator("#pick-map").bounding_box()
    assert box is not None
    sender.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(sender.locator("[data-slot=county]")).not_to_be_empty()
    # Typed coordinates do the same; swapped ones are named.
    sender.fill("#lon", "30.14")
    sender.fill("#lat", "103.50")
    sender.locator("#locate-button").click()
    expect(sender.locator("[data-slot=error]")).to_contain_text("写反")
    sender.fill("#lon", "103°30′00″E")
    sender.fill("#lat", "30.14")
    sender.locator("#locate-button").click()
    expect(sender.locator("[data-slot=border]")).to_contain_text("公里")
    expect(sender.locator("[data-slot=groups]")).to_contain_text("第6组")
    sender.select_option("#to_code", "511424")
    site.look(sender, "new-lead")

    # A wrong file is refused in words and nothing typed is lost.
    fill_lead(sender, [false])
    sender.get_by_role("button", name="保存草稿").click()
    expect(sender.get_by_role("alert")).to_contain_text("与扩展名不符")
    assert sender.input_value("#description") == "巡查闻到明显溶剂气味。"
    fill_lead(sender, [photo])
    sender.select_option("#to_code", "511424")
    sender.get_by_role("button", name="保存草稿").click()
    sender.get_by_role("link", name="移送…").click()
    expect(sender.get_by_text("眉山市丹棱县").first).to_be_visible()
    expect(sender.get_by_text("现场照片.pdf")).to_be_visible()
    site.look(sender, "offer")
    sender.get_by_role("button", name=re.compile("移送给")).click()
    lead = sender.url

    receiver = site.open("danling", phone=True)
    receiver.get_by_role("listitem").filter(has_text="夜间异味(测试)").get_by_role("link").click()
    site.look(receiver, "lead")
    receiver.get_by_role("button", name="签收").click()
    receiver.locator("summary", has_text=re.compile("^接收$")).click()
    receiver.locator("#accept-note").fill("已派员。")
    receiver.get_by_role("button", name="接收").click()
    receiver.locator("summary", has_text="反馈进展").click()
    receiver.locator("details[open]").get_by_role("button").click()
    expect(receiver.get_by_role("alert")).to_contain_text("请填写进展")
    receiver.locator("#progress-note").fill("现场核实,已取样。")
    receiver.locator("details[open]").get_by_role("button").click()
    receiver.locator("summary", has_text="最终反馈").click()
    receiver.locator("#feed_back-outcome").select_option("fined")
    receiver.locator("#feed_back-note").fill("已立案处罚。")
    receiver.locator("details[open]").get_by_role("button").click()

    sender.goto(lead)
    expect(sender.get_by_text("现场核实,已取样。")).to_be_visible()
    sender.get_by_role("button", name="确认办结").click()
    expect(sender.get_by_text("已办结").first).to_be_visible()
    site.look(sender, "lead")
    sender.goto("/cases/?tab=sent")
    site.look(sender, "leads")

    # Nobody else sees that it exists.
    for login in ("chengdu", "c511402", "observer"):
        other = site.open(login)
        assert (other.goto(lead) or other.reload()).status in {403, 404}  # type: ignore[union-attr]


def test_the_pages_of_every_role_at_both_widths(site: Site) -> None:
    pages = {
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
    for login, paths in pages.items():
        for phone in (False, True):
            page = site.open(login, phone=phone, language="en" if phone else "zh_CN")
            for path in paths:
                page.goto(path)
                name = "home-" + login if path == "/" else "audit" if path == "/audit/" else ""
                site.look(page, name if not phone else "")
