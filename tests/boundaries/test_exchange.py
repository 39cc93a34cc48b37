"""The exchange document: written, read and replayed exactly; every malformed one is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiLineString

from coord.boundaries import exchange
from coord.boundaries.commands import boundaries_group
from coord.boundaries.contacts import Contact
from coord.boundaries.exchange import (
    Document,
    Edit,
    grouping_from_data,
    grouping_to_data,
    input_digest,
    read_document,
    replay,
    rules_from_data,
    rules_to_data,
    write_document,
)
from coord.boundaries.grouping import Grouping, LeftOut, Objective, Rules, RunnerUp, solve
from coord.kernel.errors import Invalid

PARTIES = {"510101": "5101", "510601": "5106", "510102": "5101", "510602": "5106"}
PERIMETERS = dict.fromkeys(PARTIES, 100_000.0)
CONTACTS = tuple(
    Contact(a, b, length, MultiLineString(), 1)
    for a, b, length in (
        ("510101", "510601", 9000.25),
        ("510101", "510602", 1000.1),
        ("510102", "510602", 7000.7),
    )
)


def document(rules: Rules | None = None) -> Document:
    return Document(
        name="演练",
        contacts=CONTACTS,
        parties=PARTIES,
        perimeters=PERIMETERS,
        names={"510101": "甲区", "510601": "乙县", "510102": "丙区", "510602": "丁县"},
        vintage={"name": "测试边界", "datum": "CGCS2000"},
        tolerance_m=0.0,
        edits=(Edit("510102", "510602", "added", 7000.7, "实地踏勘", "张三(甲市)", "2026-01-02"),),
        result=solve(CONTACTS, PARTIES, PERIMETERS, rules or Rules(largest=2)),
    )


def test_what_is_written_is_read_and_replays_to_the_same_groups() -> None:
    written = write_document(document())
    read = read_document(written)
    assert read == document()
    assert write_document(read) == written
    assert read_document(written.encode("utf-8")) == read
    again = replay(read)
    assert again.same
    assert again.grouping == read.result
    assert again.grouping.groups == (("510101", "510601"), ("510102", "510602"))


def test_a_replay_that_differs_says_so() -> None:
    one = document()
    other = replace(one, result=replace(one.result, groups=(("510101", "510602"),)))
    assert not replay(read_document(write_document(other))).same


def test_the_digest_is_of_the_input_in_any_order() -> None:
    digest = input_digest(CONTACTS, PARTIES, PERIMETERS)
    turned = dict(reversed(PARTIES.items()))
    assert input_digest(CONTACTS[::-1], turned, PERIMETERS) == digest
    longer = (*CONTACTS[1:], replace(CONTACTS[0], length_m=9000.26))
    assert input_digest(longer, PARTIES, PERIMETERS) != digest
    assert input_digest(CONTACTS, {**PARTIES, "510101": "5106"}, PERIMETERS) != digest
    assert input_digest(CONTACTS, PARTIES, {**PERIMETERS, "510101": 1.0}) != digest


CODES = st.from_regex(r"[0-9]{6}", fullmatch=True) | st.just("5101A1")
PAIRS = st.frozensets(st.tuples(CODES, CODES), max_size=3)
LENGTH = st.floats(0, 1e9, allow_nan=False)
GROUPS = st.lists(st.lists(CODES, min_size=2, max_size=4).map(tuple), max_size=4).map(tuple)
RULES = st.builds(
    Rules,
    groups=st.none() | st.integers(0, 900),
    counties=st.none() | st.integers(0, 900),
    smallest=st.integers(0, 9),
    largest=st.integers(0, 9),
    objective=st.sampled_from(Objective),
    hub=st.none() | st.just("5101"),
    must_include=st.frozensets(CODES, max_size=3),
    must_exclude=st.frozensets(CODES, max_size=3),
    together=PAIRS,
    apart=PAIRS,
    min_contact_m=LENGTH,
)
LEFT_OUT = st.builds(
    LeftOut,
    code=CODES,
    reason=st.text(max_size=40),
    params=st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=2),
)
GROUPINGS = st.builds(
    Grouping,
    groups=GROUPS,
    covered_m=LENGTH,
    value=LENGTH,
    optimal=st.booleans(),
    left_out=st.lists(LEFT_OUT, max_size=3).map(tuple),
    rules=RULES,
    bound=st.none() | LENGTH,
    gap=st.floats(0, 1),
    runner_up=st.none()
    | st.builds(RunnerUp, groups=GROUPS, covered_m=LENGTH, value=LENGTH, loss=LENGTH),
)


@settings(max_examples=80, deadline=None)
@given(RULES, GROUPINGS)
def test_rules_and_groupings_survive_as_plain_json(rules: Rules, grouping: Grouping) -> None:
    assert rules_from_data(json.loads(json.dumps(rules_to_data(rules)))) == rules
    assert grouping_from_data(json.loads(json.dumps(grouping_to_data(grouping)))) == grouping


def refused(text: str | bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        read_document(text)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "编组文件不是有效的 JSON:第1行有误。"),
        ("{\n oops", "编组文件不是有效的 JSON:第2行有误。"),
        (b"\xff\xfe\x00", "编组文件不是有效的 JSON 文本(UTF-8)。"),
        ("[" * 100_000, "编组文件不是有效的 JSON 文本(UTF-8)。"),
        ('{"a": ' + "9" * 5000 + "}", "编组文件不是有效的 JSON 文本(UTF-8)。"),
        ("[1, 2]", "编组文件应为一个 JSON 对象。"),
        ('{"a": NaN}', "编组文件中有不是数的值:NaN。"),
        ('{"a": -Infinity}', "编组文件中有不是数的值:-Infinity。"),
        ('{"a": 1, "a": 2}', "编组文件中同一项写了两次:a。"),
        ("{}", "编组文件的 format 有误:缺少这一项。"),
        (
            '{"format": "FeatureCollection"}',
            "这不是 Coord 的编组文件:缺少 format = coord-border-groups。",
        ),
        ('{"format": "coord-border-groups"}', "编组文件的 version 有误:缺少这一项。"),
        (
            '{"format": "coord-border-groups", "version": 9}',
            "编组文件的版本是 9,本系统只认识 1。",
        ),
        (
            '{"format": "coord-border-groups", "version": true}',
            "编组文件的 version 有误:应为整数。",
        ),
    ],
)
def test_what_is_no_document_is_refused(text: str | bytes, sentence: str) -> None:
    assert refused(text) == sentence


Change = Callable[[dict[str, Any]], object]


def cut(key: str) -> Change:
    return lambda data: data.pop(key)


def put(value: object, *path: str | int) -> Change:
    def change(data: dict[str, Any]) -> None:
        at: Any = data
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "place", "what"),
    [
        *((cut(key), key, "缺少这一项") for key in (
            "name", "vintage", "tolerance_m", "units", "contacts", "edits", "result", "sha256"
        )),
        (put("no", "units"), "units", "应为列表"),
        (put(7, "units", 0), "units[0]", "应为对象"),
        (put("510102", "units", 0, "code"), "units[1].code", "代码重复"),
        (put("lower", "units", 0, "code"), "units[0].code", "应为代码"),
        (put(0, "units", 0, "perimeter_m"), "units[0].perimeter_m", "应大于0"),
        (put(None, "units", 0, "party"), "units[0].party", "应为代码"),
        (put("5" * 300, "units", 0, "name"), "units[0].name", "文字过长"),
        (put("510999", "contacts", 0, "a"), "contacts[0].a", "代码不在 units 之中"),
        (put("510602", "contacts", 0, "a"), "contacts[0]", "两个代码应不同,且小者在前"),
        (put("510602", "contacts", 0, "b"), "contacts", "同一对区县出现了两次"),
        (put("9", "contacts", 0, "length_m"), "contacts[0].length_m", "应为数"),
        (put(True, "contacts", 0, "length_m"), "contacts[0].length_m", "应为数"),
        (put(-5, "contacts", 0, "length_m"), "contacts[0].length_m", "数值超出范围"),
        (put(10**400, "contacts", 0, "length_m"), "contacts[0].length_m", "数值超出范围"),
        (put(1.5, "contacts", 0, "parts"), "contacts[0].parts", "应为整数"),
        (put([], "vintage"), "vintage", "应为对象"),
        (put(3, "vintage", "name"), "vintage.name", "应为文字"),
        (put("-1", "edits", 0, "length_m"), "edits[0].length_m", "应为数"),
        (put("miles", "result", "rules", "objective"), "result.rules.objective", "应为 km 或 share"),
        (put("4", "result", "rules", "largest"), "result.rules.largest", "应为整数"),
        (put(-1, "result", "rules", "groups"), "result.rules.groups", "数值超出范围"),
        (put(["510101"], "result", "rules", "apart"), "result.rules.apart[0]", "应为列表"),
        (put([["510101"]], "result", "rules", "apart"), "result.rules.apart[0]", "应为两个代码"),
        (put("yes", "result", "optimal"), "result.optimal", "应为 true 或 false"),
        (put([["510101", "999999"]], "result", "groups"), "result.groups[0][1]", "代码不在 units 之中"),
        (put(2, "result", "gap"), "result.gap", "数值超出范围"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_document_is_named(change: Change, place: str, what: str) -> None:
    data = json.loads(write_document(document()))
    change(data)
    assert refused(json.dumps(data)) == f"编组文件的 {place} 有误:{what}。"


@pytest.mark.parametrize(
    "change",
    [
        put(9000.26, "contacts", 0, "length_m"),
        put("别的名字", "units", 0, "name"),
        put([["510101", "510602"]], "result", "groups"),
        put(3, "result", "rules", "largest"),
        put("0" * 64, "sha256"),
        put("0" * 64, "input_sha256"),
        put("more", "unheard_of"),
    ],
)
def test_an_altered_document_is_refused(change: Change) -> None:
    data = json.loads(write_document(document()))
    change(data)
    assert refused(json.dumps(data)) == "编组文件与其校验值不符:文件写出后被改动过。"


def test_a_document_that_is_too_large_is_refused_unread() -> None:
    text = "[" + " " * exchange.MAX_BYTES
    assert refused(text) == "编组文件过大:16.0 MB,上限为 16 MB。"


def test_a_number_too_large_to_read_is_out_of_range() -> None:
    text = write_document(document()).replace("9000.25", "1e999")
    assert refused(text) == "编组文件的 contacts[0].length_m 有误:数值超出范围。"


def command(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(boundaries_group, words)
    return result.exit_code, result.stdout, result.stderr


def test_the_command_saves_and_replays(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    code, _out, _err = command("group", "--save", str(path))
    assert code == 0
    assert command("replay", str(path)) == (0, "相同 / same: 8 组 / groups\n", "")
    saved = read_document(path.read_bytes())
    fewer = replace(saved, result=replace(saved.result, groups=saved.result.groups[1:]))
    path.write_text(write_document(fewer), encoding="utf-8")
    code, out, _err = command("replay", str(path))
    assert (code, out.splitlines()) == (
        1,
        ["不同 / different", "+ 510113 青白江区 – 510114 新都区 – 510681 广汉市"],
    )


def test_the_command_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    code, out, err = command("replay", str(tmp_path / "none.json"))
    assert (code, out) == (2, "")
    assert "无法读取文件" in err
    path = tmp_path / "bad.json"
    path.write_text("{}", encoding="utf-8")
    assert command("replay", str(path)) == (
        2,
        "",
        "coord: 编组文件的 format 有误:缺少这一项。"
        " / The file of groups is wrong at format: the entry is missing.\n",
    )
    code, _out, err = command("group", "--save", str(tmp_path / "no" / "where.json"))
    assert (code, "无法写入文件" in err) == (2, True)


def test_rules_by_options() -> None:
    pins = ("--apart", "510681,510114", "--exclude", "510113")
    words = ("group", "--parties", "5101,5106", "--groups", "2", "--largest", "3", *pins)
    code, out, _err = command(*words)
    assert code == 0
    assert out.splitlines()[:4] == [
        "1\t510121 金堂县 – 510623 中江县 – 510681 广汉市",
        "2\t510182 彭州市 – 510682 什邡市",
        "165.8 km, 已证明最优 / optimal",
        "- 510113 青白江区: 规则要求排除。",
    ]
    code, _out, err = command("group", "--apart", "510114")
    assert (code, "应为两个不同的区县代码" in err) == (2, True)
