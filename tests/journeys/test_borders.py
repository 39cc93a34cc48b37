"""Borders: a coordinator compares the scenarios, adopts one and records the document."""

from datetime import timedelta

from playwright.sync_api import expect

from coord.kernel.clock import shanghai_date, utc_now
from tests.journeys.conftest import Site


def test_a_coordinator_adopts_a_roster_and_confirms_it(site: Site) -> None:
    page = site.open("chengdu")
    page.goto("/boundaries/")
    expect(page.locator("#map path").first).to_be_visible()
    expect(page.get_by_text("审图号").first).to_be_visible()
    expect(page.get_by_text("30段").first).to_be_visible()
    site.look(page, "boundaries")
    page.goto("/boundaries/scenarios/")
    for length in ("498", "647", "733"):
        expect(page.get_by_text(length).first).to_be_visible()
    site.look(page, "scenarios")

    page.goto("/boundaries/adopt?scenario=pairwise")
    day = shanghai_date(utc_now()) + timedelta(days=30)
    page.fill("#effective_from", day.isoformat())
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    expect(page.get_by_text(day.isoformat()).first).to_be_visible()
    page.locator("main form button").first.click()
    page.wait_for_url("**/boundaries/rosters/*")
    expect(page.get_by_text("未核实").first).to_be_visible()
    site.look(page, "roster")
    page.fill("#document", "川环函〔2026〕0号(虚构)")
    page.locator("form:has(#document) button").click()
    page.wait_for_load_state()
    expect(page.get_by_text("川环函〔2026〕0号(虚构)").first).to_be_visible()
    expect(page.locator("h1, .heading").get_by_text("已核实").first).to_be_visible()


def test_the_map_on_a_phone_and_in_english(site: Site) -> None:
    phone = site.open("danling", phone=True)
    phone.goto("/boundaries/")
    expect(phone.locator("#map path").first).to_be_visible()
    site.look(phone, "boundaries")
    english = site.open("observer", language="en")
    english.goto("/boundaries/")
    expect(english.get_by_role("heading", level=1)).to_contain_text("order")
    site.look(english, "boundaries-en")


def test_chongqing_and_chengdu_do_not_touch(site: Site) -> None:
    page = site.open("chengdu", phone=True)
    page.goto("/agreements/")
    page.get_by_role(
        "link", name="重庆市 成都市生态环境保护综合行政执法合作协议", exact=True
    ).click()
    expect(page.get_by_text("并不接壤,最近处相距约65.6公里")).to_be_visible()
    site.look(page, "agreement-chongqing")
