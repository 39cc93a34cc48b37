"""Phrases go into JSON and come back."""

import json

from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.text import Phrase, packed, unpacked

PLAIN = st.none() | st.integers() | st.text(max_size=5)
PARAMS = st.recursive(
    st.dictionaries(st.text(max_size=5), PLAIN, max_size=3),
    lambda inner: st.dictionaries(
        st.text(max_size=5), PLAIN | st.builds(Phrase, st.text(max_size=5), inner), max_size=3
    ),
    max_leaves=6,
)


@given(PARAMS)
def test_what_is_packed_comes_back_from_json(params: dict[str, object]) -> None:
    assert unpacked(json.loads(json.dumps(packed(params)))) == params
