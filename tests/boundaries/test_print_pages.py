"""The print page offers what may be printed; the files come true to size under names."""

from urllib.parse import unquote

import pytest
from flask import Flask

from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_models import SavedScenario
from coord.db import db
from tests.boundaries.builders import adopt, load_boundaries
from tests.factories import NOW, People
from tests.pictures import read_png


def save_scenario(vintage_id: int) -> SavedScenario:
    row = SavedScenario(
        name="试算(虚构)",
        vintage_id=vintage_id,
        revision=0,
        parties=["5101", "5106"],
        rules={},
        result={"groups": [["510182", "510682"]]},
        input_sha256="0" * 64,
        author="测试员",
        party="5101",
        saved_at=NOW,
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_the_page_offers_roster_scenarios_saved_and_cities(app: Flask, people: People) -> None:
    vintage = load_boundaries()
    roster = adopt(people.actor("chengdu"))
    saved = save_scenario(vintage.id)
    page = people.client(app, "danling").get("/boundaries/print/").get_data(as_text=True)
    values = [
        "roster",
        "cities",
        *(one.value for one in Scenario),
        f"roster-{roster.id}",
        f"saved-{saved.id}",
    ]
    assert [value for value in values if f'value="{value}"' not in page] == []
    assert "审图号尚未填写" in page
    assert "map.svg?what=roster&amp;" in page


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("roster", ["测试名单(自2026-01-01起)", "未核实", "第8组"]),
        ("cities", ["跨市边界图", "资阳市"]),
        ("pairwise", ["两两交界(计算结果,未采纳)", "未核实"]),
        ("saved-1", ["试算(虚构)(计算结果,未采纳)", "彭州市(成都)、什邡市(德阳)", "71.6公里"]),
        ("roster-1", ["测试名单", "第1组"]),
    ],
)
def test_the_svg_shows_what_was_asked(
    app: Flask, people: People, what: str, words: list[str]
) -> None:
    vintage = load_boundaries()
    adopt(people.actor("chengdu"))
    save_scenario(vintage.id)
    answer = people.client(app, "observer").get(f"/boundaries/print/map.svg?what={what}&paper=A3")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    named = unquote(answer.headers["Content-Disposition"])
    assert f"联动组图-{what}-A3横-" in named
    assert 'width="420mm" height="297mm" viewBox="0 0 42000 29700"' in text
    assert [one for one in words if one not in text] == []
    assert "style=" not in text
    assert "<script" not in text


def test_the_png_is_true_to_size_and_not_sent_twice(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    path = "/boundaries/print/map.png?what=plan&turn=portrait&chongqing=1&language=en"
    answer = client.get(path)
    read = read_png(answer.get_data())
    assert (read.width, read.height, read.per_metre) == (2480, 3508, 11811)
    assert read.colours > 40
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_english_words_around_chinese_names(app: Flask, people: People) -> None:
    load_boundaries()
    text = (
        people.client(app, "chengdu")
        .get("/boundaries/print/map.svg?what=plan&language=en")
        .get_data(as_text=True)
    )
    for words in ("City Borders and Joint Groups", "Legend", "Group 1", "Map approval no.", "km"):
        assert words in text, words
    assert 'lang="en"' in text


@pytest.mark.parametrize(
    "query",
    [
        "what=nothing",
        "what=roster-99",
        "what=saved-99",
        "what=saved-x",
        "paper=A5",
        "turn=round",
        "language=de",
        "chongqing=2",
        "what=roster",
    ],
)
def test_what_is_not_offered_is_not_found(app: Flask, people: People, query: str) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    for name in ("", "map.svg", "map.png"):
        assert client.get(f"/boundaries/print/{name}?{query}").status_code == 404, name


def test_administrators_print_nothing(app: Flask, people: People) -> None:
    client = people.client(app, "sysadmin")
    assert client.get("/boundaries/print/map.svg").status_code == 403


def test_pictures_are_rate_limited(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "observer")
    path = "/boundaries/print/map.png?what=nothing"
    answers = [client.get(path).status_code for _try in range(22)]
    assert answers[:20] == [404] * 20
    assert answers[-1] == 429
