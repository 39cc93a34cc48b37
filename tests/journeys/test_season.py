"""A season: a campaign is planned, answered, subscribed to, held, recorded and confirmed;
the obligation table moves."""

import http.client
import re
from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from coord.kernel.clock import shanghai_date, utc_now
from tests.ics_linter import lint
from tests.journeys.conftest import Site

YESTERDAY = shanghai_date(utc_now()) - timedelta(days=1)


def daily_figure(page: Page, group: str) -> str:
    """How many daily actions of a group are done, on the obligation table."""
    page.goto("/agreements/")
    page.get_by_role("row", name=re.compile("2026—2028年")).get_by_role(
        "link", name="义务表"
    ).click()
    row = page.get_by_role("row", name=re.compile(f"日常联动 {group} "))
    return row.get_by_role("cell").nth(3).inner_text()


def plan_campaign(site: Site, page: Page) -> None:
    """The Chengdu coordinator makes the campaign and gives group 6 its action, in the past
    so that it can be recorded in the same story."""
    page.goto("/schedule/campaigns/new")
    page.select_option("#agreement_id", label="五市行动方案2026—2028(演示)")
    page.fill("#title", "秋冬季补充联动(测试)")
    page.fill("#window_from", (YESTERDAY - timedelta(days=10)).isoformat())
    page.fill("#window_to", (YESTERDAY + timedelta(days=40)).isoformat())
    page.check("#foci-0")
    page.get_by_role("button", name="建立草案").click()
    page.get_by_role("link", name="为各组安排").click()
    site.look(page, "plan-groups")
    page.select_option("#inspection", "special_inspection")
    group = page.locator("fieldset", has_text="第6组")
    group.locator("input[type=date]").fill(YESTERDAY.isoformat())
    group.locator("select").select_option(label="丹棱县")
    page.get_by_role("button", name="保存为草案").click()
    if page.locator("#warned").count():
        expect(page.locator(".alert-warning")).to_contain_text("请留意")
        page.check("#warned")
        page.get_by_role("button", name="保存为草案").click()
    page.get_by_role("button", name=re.compile("^发布")).click()
    expect(page.get_by_role("alert").or_(page.locator(".error-page"))).to_contain_text("批准文号")
    page.go_back()
    page.get_by_role("link", name=re.compile("第6组联动")).first.click()
    page.get_by_role("link", name="更改").click()
    page.fill("#approval_number", "测环执〔2026〕9号")
    page.get_by_role("button", name="保存").click()
    if page.locator("#warned").count():
        page.check("#warned")
        page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="秋冬季补充联动(测试)").click()
    page.get_by_role("button", name=re.compile("^发布")).click()
    expect(page.locator(".alert-success")).to_contain_text("已发布")
    site.look(page, "campaign")


def record_on_the_phone(site: Site, address: str) -> None:
    """丹棱 hosts and records; its officer works on the phone."""
    danling = site.open("danling", phone=True)
    site.look(danling, "home")
    danling.goto(address)
    danling.get_by_role("link", name="登记结果").click()
    danling.fill("#site_visits", "3")
    danling.fill("#officer_times", "1")
    for name, value in (
        ("problems", "2"),
        ("filings", "1"),
        ("penalties", "0"),
        ("fines_yuan", "500"),
        ("transfers", "0"),
    ):
        danling.fill(f"#{name}", value)
    danling.get_by_role("button", name="登记").click()
    expect(danling.get_by_role("alert")).to_contain_text("人次至少为2")
    assert danling.input_value("#fines_yuan").startswith("500")
    danling.fill("#officer_times", "9")
    danling.fill("#fines_yuan", "0")
    danling.get_by_role("button", name="登记").click()
    expect(danling.locator(".alert-success")).to_contain_text("结果已登记")
    site.look(danling, "action")


def test_from_plan_to_obligation(site: Site) -> None:
    chengdu = site.open("chengdu")
    before = int(daily_figure(chengdu, "6"))
    plan_campaign(site, chengdu)
    address = (
        chengdu.locator("tr", has_text="第6组联动").get_by_role("link").get_attribute("href") or ""
    )

    record_on_the_phone(site, address)
    # The others confirm from what waits for them on the workbench.
    for login in ("pujiang", "c511402"):
        page = site.open(login)
        page.goto("/")
        page.get_by_role("listitem").filter(has_text="第6组联动").filter(
            has_text="确认行动结果"
        ).get_by_role("link").click()
        page.get_by_role("button", name="确认结果").click()
        expect(page.locator(".alert-success")).to_contain_text("已确认")
    assert int(daily_figure(chengdu, "6")) == before + 1
    site.look(chengdu, "obligations")
    chengdu.get_by_role("row", name=re.compile("日常联动 6 ")).get_by_role("cell").nth(
        3
    ).get_by_role("link").click()
    expect(chengdu.get_by_text("已开展并经各方确认").first).to_be_visible()


def get(address: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """As a phone asks: no cookie, no redirect followed."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    connection.request("GET", parts.path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


def test_a_personal_calendar_address(site: Site) -> None:
    page = site.open("pujiang", phone=True)
    page.goto("/schedule/subscriptions")
    page.fill("#name", "我的手机")
    page.get_by_role("button", name="生成").click()
    address = page.input_value("#address")
    site.look(page)
    status, headers, body = get(address)
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "Set-Cookie" not in headers
    assert lint(body) == []
    assert "第6组联动".encode() in body.replace(b"\r\n ", b"")
    assert "内部备注".encode() not in body
    assert get(address)[2] == body
    assert get(address, **{"If-None-Match": headers["ETag"]})[0] == 304
    assert get(address, **{"If-Modified-Since": headers["Last-Modified"]})[0] == 304
    page.goto("/schedule/subscriptions")
    site.look(page, "subscriptions")
    page.get_by_role("button", name="撤销").click()
    assert get(address)[::2] == (404, b"")


def test_a_county_declines_with_a_reason_and_reads_the_calendar(site: Site) -> None:
    page = site.open("pujiang", phone=True)
    page.goto("/schedule/?view=month&year=2026&month=12")
    expect(page.get_by_role("link", name=re.compile("第6组联动"))).to_be_visible()
    site.look(page, "month")
    page.get_by_role("link", name=re.compile("第6组联动")).click()
    page.select_option("#attending", "no")
    page.get_by_role("button", name="答复").first.click()
    expect(page.get_by_role("alert")).to_contain_text("不参加须写明理由")
    page.fill("#reason", "当日有督察任务(演示)")
    page.get_by_role("button", name="答复").first.click()
    expect(page.get_by_text("当日有督察任务(演示)").first).to_be_visible()
    desk = site.open("chengdu")
    for view in ("month&year=2026&month=11", "agenda", "list"):
        desk.goto(f"/schedule/?view={view}")
        site.look(desk, f"calendar-{view[:5]}")
