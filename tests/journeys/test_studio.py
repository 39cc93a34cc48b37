"""The studio: rules, pins by mouse and keyboard, a clash relaxed, a border struck out, a
scenario kept, compared and adopted; then the official list from Excel, corrected, confirmed."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from coord.boundaries.table_writing import write_xlsx
from coord.kernel.clock import shanghai_date, utc_now
from tests.journeys.conftest import Site

YUCHENG = "511802"


def test_a_coordinator_defends_the_groups(site: Site, tmp_path: Path) -> None:
    page = site.open("chengdu")
    page.goto("/boundaries/studio/")
    expect(page.locator("#result-title")).to_contain_text("8组、21个区县,组内边界约498公里")
    site.look(page, "studio")
    _pin(page)
    _relax(page, site)
    _strike(page)
    _keep_and_adopt(page, site)
    _import(page, site, tmp_path)


def _pin(page: Page) -> None:
    """Yucheng by mouse, then by keyboard: included, excluded, free."""
    page.locator(f'#studio-map a[data-code="{YUCHENG}"]').click()
    expect(page.locator(".chips")).to_contain_text("纳入 雨城区")
    expect(page.locator("#result-title")).to_contain_text("21个区县")
    page.locator(f'#studio-map a[data-code="{YUCHENG}"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_contain_text("排除 雨城区")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).not_to_contain_text("雨城区")
    assert page.evaluate("document.activeElement.dataset.code") == YUCHENG


def _relax(page: Page, site: Site) -> None:
    page.fill("#counties", "40")
    page.get_by_role("button", name="计算", exact=True).click()
    expect(page.locator("#result-title")).to_have_text("在这些规则下没有可行的编组")
    expect(page.locator("#result")).to_contain_text("恰为40个县")
    site.look(page, "studio-clash")
    page.click("#relax")
    expect(page.locator("#result-title")).to_contain_text("已证明最优")


def _strike(page: Page) -> None:
    page.goto("/boundaries/edits/?a=510182&b=510681")
    page.fill("#strike-reason", "界线以民政部门勘定为准(虚构)")
    page.get_by_role("button", name="剔除", exact=True).click()
    expect(page.locator("del").first).to_contain_text("彭州市–广汉市")


def _keep_and_adopt(page: Page, site: Site) -> None:
    page.goto("/boundaries/studio/")
    expect(page.locator("#result-title")).to_contain_text("8组")
    page.fill("#name", "剔除后的方案(虚构)")
    page.get_by_role("button", name="保存方案").click()
    expect(page.locator("h1")).to_have_text("剔除后的方案(虚构)")
    site.look(page, "saved-scenario")
    number = page.url.rsplit("/", 1)[1]
    page.goto(f"/boundaries/scenarios/?show=plan&show=pairwise&show=saved:{number}")
    expect(page.locator(".small-map svg")).to_have_count(3)
    site.look(page, "compare")
    page.goto(f"/boundaries/adopt?scenario=saved:{number}")
    page.fill("#effective_from", (shanghai_date(utc_now()) + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认采纳").click()
    page.wait_for_url("**/boundaries/rosters/*")
    expect(page.locator("main")).to_contain_text("保存的方案")


def _import(page: Page, site: Site, tmp_path: Path) -> None:
    rows = [("组号", "区县", "牵头"), ("1", "彭州", "是"), ("", "什方", ""), ("2", "新津县", "")]
    path = tmp_path / "名单.xlsx"
    path.write_bytes(write_xlsx(list(enumerate([*rows, ("2", "彭山区", "是")], start=1))))
    page.goto("/boundaries/rosters/import")
    page.set_input_files("#file", path)
    page.get_by_role("button", name="读取并核对").click()
    expect(page.locator(".fate-bad")).to_have_count(1)
    expect(page.locator(".fate-bad")).to_contain_text("什方")
    site.look(page, "list-check")
    page.fill("[name=county-1]", "什邡")
    page.get_by_role("button", name="重新核对").click()
    expect(page.locator(".fate-bad")).to_have_count(0)
    page.fill("#effective_from", (shanghai_date(utc_now()) + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="采纳为名单(未核实)").click()
    page.wait_for_url("**/boundaries/rosters/*")
    page.fill("#document", "川环函〔2026〕0号(虚构)")
    page.get_by_role("button", name="登记并标为已核实").click()
    expect(page.locator(".heading")).to_contain_text("已核实")
    site.look(page, "roster-imported")


def test_the_studio_on_a_phone_and_in_english(site: Site) -> None:
    phone = site.open("danling", phone=True)
    for path, name in (
        ("/boundaries/studio/", "studio"),
        ("/boundaries/scenarios/", ""),
        ("/boundaries/saved/", ""),
        ("/boundaries/saved/replay", ""),
        ("/boundaries/edits/", ""),
    ):
        phone.goto(path)
        site.look(phone, name)
    english = site.open("observer", language="en")
    english.goto("/boundaries/studio/")
    expect(english.get_by_role("heading", level=1)).to_have_text("Grouping studio")
    site.look(english, "studio-en")
