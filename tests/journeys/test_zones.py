"""Zones and paper: ground drawn by mouse and by keyboard, carved, compared; a map printed."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site


def open_ground(page: Page, name: str) -> None:
    page.goto("/boundaries/zones/")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="绘制或上传图形").click()
    expect(page.locator("#zone-map path[fill='#b9dccf']").first).to_be_visible()


def corners(page: Page) -> int:
    return len([line for line in page.input_value("#vertices").splitlines() if line])


def click_on(page: Page, *places: tuple[float, float]) -> None:
    """Clicks at shares of the map's width and height."""
    box = page.locator("#zone-map").bounding_box()
    assert box is not None
    for x, y in places:
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        # Two quick clicks at one place would be a double click, which zooms.
        page.wait_for_timeout(350)


def test_a_zone_is_drawn_by_mouse_carved_and_compared(site: Site) -> None:
    page = site.open("chengdu")
    open_ground(page, "成都东部新区")
    click_on(page, (0.6, 0.36), (0.84, 0.36), (0.84, 0.52), (0.3, 0.9))
    assert corners(page) == 4
    page.get_by_role("button", name="撤销一点").click()
    assert corners(page) == 3
    click_on(page, (0.6, 0.52))
    site.look(page, "zone-ground")
    page.get_by_role("button", name="检查并保存").click()
    expect(page.get_by_role("alert")).to_contain_text("平方公里在所选区县之外")
    assert corners(page) == 4
    page.get_by_label("截去区县以外的部分").check()
    page.get_by_role("button", name="检查并保存").click()
    expect(page.get_by_text("图形已保存")).to_be_visible()
    site.look(page, "zone")

    page.goto("/boundaries/zones/")
    page.get_by_label("成都东部新区 5101A2").check()
    page.get_by_role("button", name="划出并另存").click()
    page.wait_for_url("**/boundaries/zones/carved/*")
    expect(page.get_by_role("cell", name="简阳市").first).to_be_visible()
    site.look(page, "zone-carved")
    page.get_by_role("link", name="与使用中的版本比较").click()
    page.wait_for_url("**/vintages/compare*")
    expect(page.locator("main table").get_by_text("成都东部新区").first).to_be_visible()

    page.goto("/boundaries/counties/510185")
    expect(page.get_by_role("heading", name="此区县内的功能区")).to_be_visible()
    expect(page.locator("#map path[stroke='#5b2a86']")).to_have_count(1)


def test_a_zone_is_drawn_by_keyboard_alone_on_a_phone(site: Site) -> None:
    page = site.open("meishan", phone=True)
    open_ground(page, "眉山天府新区")
    page.focus("#vertices")
    page.keyboard.type("104.02,30.10\n104.10,30.10\nabc\n104.02,30.16")
    page.keyboard.press("Tab")
    site.look(page, "zone-ground")
    page.get_by_role("button", name="检查并保存").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("第3行“abc”")
    assert corners(page) == 4
    page.fill("#vertices", "104.02,30.10\n104.10,30.10\n104.10,30.16\n104.02,30.16")
    page.get_by_role("button", name="检查并保存").press("Enter")
    expect(page.get_by_text("图形已保存")).to_be_visible()
    site.look(page)
    page.goto("/boundaries/zones/")
    site.look(page, "zones")


def test_a_map_is_chosen_seen_and_taken(site: Site) -> None:
    page = site.open("danling")
    page.goto("/boundaries/")
    # Until the page has loaded, a changed choice waits for its button: the script is not there.
    with page.expect_navigation():
        page.get_by_role("link", name="打印图").click()
    preview = page.locator(".print-preview img")
    for field, value in (("#what", "plan"), ("#turn", "portrait"), ("#turn", "landscape")):
        with page.expect_navigation():
            page.select_option(field, value)
    assert "what=plan" in page.url
    expect(preview).to_be_visible()
    assert preview.evaluate("image => image.complete && image.naturalWidth > 0")
    site.look(page, "print")
    with page.expect_download() as download:
        page.get_by_role("link", name="SVG").click()
    assert download.value.suggested_filename.startswith("联动组图-plan-A4横-")
    phone = site.open("observer", phone=True, language="en")
    phone.goto("/boundaries/print/?what=cities&turn=portrait")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Print map")
    site.look(phone, "print")
