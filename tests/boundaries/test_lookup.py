"""Which county is meant by what a person typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.boundaries.lookup import CountyBook, Known
from coord.boundaries.names import short_name
from coord.boundaries.sources import read_shipped
from coord.kernel.errors import Invalid

BOOK = CountyBook(
    [
        Known("510182", "彭州市", "5101"),
        Known("510118", "新津区", "5101"),
        Known("510682", "什邡市", "5106"),
        Known("500240", "石柱土家族自治县", "5001"),
        Known("320106", "鼓楼区", "3201"),
        Known("410204", "鼓楼区", "4102"),
    ],
    {"510132": "新津县", "510999": "没有县"},
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("510182", "510182"),
        ("510182", "510182"),
        ("510182000000", "510182"),
        ("彭州市", "510182"),
        (" 彭 州 ", "510182"),
        ("成都市彭州市", "510182"),
        ("成都彭州", "510182"),
        ("彭州市 510182", "510182"),
        ("彭州(510182)", "510182"),
        ("新津县", "510118"),
        ("新津县 510132", "510118"),
        ("510132", "510118"),
        ("石柱", "500240"),
        ("石柱县", "500240"),
        ("410204", "410204"),
        ("鼓楼区 320106", "320106"),
    ],
)
def test_a_county_is_found(typed: str, code: str) -> None:
    assert BOOK.find(typed).code == code


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "请填写区县名称"),
        ("火星县", "没有叫“火星县”的区县"),
        ("51018", "不是六位行政区划代码"),
        ("999999", "没有代码为“999999”"),
        ("510999", "没有代码为“510999”"),
        ("鼓楼区", "320106"),
        ("什邡市 510182", "代码510182是彭州市"),
    ],
)
def test_what_is_none_or_several_is_refused_with_a_remedy(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        BOOK.find(typed)


def test_every_shipped_county_answers_to_code_name_and_short_name() -> None:
    units = read_shipped().units
    book = CountyBook(Known(one.code, one.name, one.party) for one in units)
    for one in units:
        assert book.find(one.code).code == one.code
        assert book.find(f"{one.name} {one.code}").code == one.code
        assert book.find(one.name).code == one.code
        assert book.find(short_name(one.name)).code == one.code


@given(st.text(max_size=30))
def test_any_text_gives_a_county_or_an_invalid(text: str) -> None:
    try:
        assert BOOK.find(text).code in BOOK.by_code
    except Invalid as refusal:
        assert refusal.message
