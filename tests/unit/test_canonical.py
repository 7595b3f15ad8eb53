"""One content, one byte string: `countersign-json/1` against RFC 8785's own implementation."""

import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import MAXIMUM_INTEGER, ProfileError, check_profile, decode, encode

keys = st.from_regex(r"[a-z0-9_]+", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
leaves = st.none() | st.booleans() | st.integers(-MAXIMUM_INTEGER, MAXIMUM_INTEGER) | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_bytes_are_those_of_rfc_8785(value):
    assert encode(value) == rfc8785.dumps(value)


@given(values)
def test_what_was_written_is_read_back(value):
    assert decode(encode(value)) == value


@given(values, st.sampled_from([b" ", b"\n", b"\t"]), st.data())
def test_space_anywhere_outside_a_text_is_refused(value, space, data):
    written = encode([value])
    place = data.draw(st.sampled_from([0, 1, len(written) - 1, len(written)]))

    with pytest.raises(ProfileError, match="Not canonical"):
        decode(written[:place] + space + written[place:])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a":1,"a":2}', "Not canonical"),  # a duplicate key: parsers silently keep the last
        (b'{"b":1,"a":2}', "Not canonical"),
        (b'{"a": 1}', "Not canonical"),
        (b'{"a":"\\u0041"}', "Not canonical"),
        (b'{"a":"\\/"}', "Not canonical"),
        (b'{"a":1.0}', "float"),
        (b'{"a":1e3}', "float"),
        (b'{"a":-0}', "Not canonical"),
        (b'{"a":9007199254740992}', "beyond"),
        (b'{"A":1}', "a key may hold"),
        (b'{"a":"e\xcc\x81"}', "normalised"),
        (b'{"a":1}x', "Not JSON"),
        (b'\xef\xbb\xbf{"a":1}', "Not JSON"),
        (b'{"a":"\xff"}', "Not JSON"),
        (b'{"a":"\\ud800"}', "Not JSON"),
        (b'{"a":NaN}', "Not JSON"),
        (b"", "Not JSON"),
    ],
)
def test_every_other_byte_string_is_refused(data, words):
    with pytest.raises(ProfileError, match=words):
        decode(data)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"weight": 12.5}, "/weight: float is not part of countersign-json/1."),
        ({"ch": [{"n": 1.0}]}, "/ch/0/n: float is not part of countersign-json/1."),
        ({"n": 2**53}, "/n: the integer 9007199254740992 is beyond 2^53-1."),
        ({"n": -(2**53)}, "/n: the integer -9007199254740992 is beyond 2^53-1."),
        ({"Batch": 1}, "/Batch: a key may hold a-z, 0-9 and _ only."),
        ({1: 1}, "/1: a key may hold a-z, 0-9 and _ only."),
        ({"": 1}, "/: a key may hold a-z, 0-9 and _ only."),
        ({"a\n": 1}, "/a\n: a key may hold a-z, 0-9 and _ only."),
        ({"a": "e\u0301"}, "/a: text is normalised (NFC) when it is entered, not when it is hashed."),
        ({"a": "\ud800"}, "/a: text holds half of a surrogate pair."),
        ({"a": b"x"}, "/a: bytes is not part of countersign-json/1."),
        (float("nan"), "/: float is not part of countersign-json/1."),
        ({"a": {1, 2}}, "/a: set is not part of countersign-json/1."),
    ],
)
def test_value_outside_the_profile_is_refused_with_its_place(value, sentence):
    with pytest.raises(ProfileError) as refused:
        encode(value)

    assert str(refused.value) == sentence


@given(st.integers(min_value=MAXIMUM_INTEGER + 1) | st.integers(max_value=-MAXIMUM_INTEGER - 1) | st.floats())
def test_no_number_enters_that_another_reader_could_read_otherwise(number):
    with pytest.raises(ProfileError):
        check_profile({"n": number})


def test_keys_are_ordered_as_rfc_8785_orders_them():
    assert encode({"b": 1, "a_": 2, "a": 3, "a0": 4, "10": 5}) == b'{"10":5,"a":3,"a0":4,"a_":2,"b":1}'


def test_decimal_text_keeps_its_zeros():
    assert encode({"n": "12.10"}) != encode({"n": "12.1"})
