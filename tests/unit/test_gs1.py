"""Codes of GS1 labels: what they say, and which are refused."""

from datetime import date

import pytest

from records.material.gs1 import Gs1Error, is_gs1, read_gs1

TODAY = date(2026, 11, 24)
GTIN = "09506000134352"
GS = "\u001d"


def said(raw):
    label = read_gs1(raw, TODAY)
    return label.gtin, label.lot, label.expires_on, label.serial


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"]d201{GTIN}17280531{'10'}AB-12{GS}21C7", (GTIN, "AB-12", date(2028, 5, 31), "C7")),
        (f"]C101{GTIN}10AB-12<GS>17280531", (GTIN, "AB-12", date(2028, 5, 31), "")),
        (f"{GS}10AB-12{GS}21C7", ("", "AB-12", None, "C7")),
        (f"(01){GTIN}(17)280531(10)AB-12(21)C7", (GTIN, "AB-12", date(2028, 5, 31), "C7")),
        (f"01{GTIN}10AB-12", (GTIN, "AB-12", None, "")),
        (f"01{GTIN}", (GTIN, "", None, "")),
        # Identifiers nobody asks for: of a fixed length, ended by a separator, and at the end.
        (f"]C1310300125010AB-12{GS}240X-9{GS}2117", ("", "AB-12", None, "17")),
        ("]C111260101251AB10CD", ("", "", None, "")),
        # Day 00 is the month's last; the century is the nearest.
        ("]C117280200", ("", "", date(2028, 2, 29), "")),
        ("]C117760101", ("", "", date(2076, 1, 1), "")),
        ("]C117770101", ("", "", date(1977, 1, 1), "")),
    ],
)
def test_code_says_what_its_fields_hold(raw, expected):
    assert said(raw) == expected


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (f"]C101{GTIN[:-1]}3", f"the check digit of its GTIN (01) {GTIN[:-1]}3 is wrong"),
        ("]C1010950600", "(01) takes 14 characters; 0950600 follows"),
        ("]C117281332", "its last day of use (17) 281332 is no date"),
        ("]C1172805AB", "its last day of use (17) 2805AB is no date"),
        ("]C110", "nothing follows (10)"),
        ("]C1LOT7", "LOT7 begins with no application identifier"),
        ("]C1", "it is empty"),
        (f"]C110A{GS}10B", "(10) stands in it twice, as A and as B"),
        ("]C110AB\u00e412", "its lot (10) holds what no GS1 code may hold"),
        (
            "]C110AB-1221C7172805311234",
            "its lot (10) has 21 characters, at most 20 are allowed; the separator after it may be lost",
        ),
    ],
)
def test_malformed_code_is_refused_with_the_reason(raw, why):
    with pytest.raises(Gs1Error) as refused:
        read_gs1(raw, TODAY)

    assert (
        refused.value.message == f"The GS1 code can't be read: {why}. Scan it again, or scan our own label."
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("]C110AB", True),
        ("]d210AB", True),
        ("(10)AB", True),
        (f"{GS}10AB", True),
        (f"01{GTIN}17280531", True),
        (f"01{GTIN[:-1]}3", False),
        ("26-101", False),
        ("LOT:26-101", False),
        ("TB-0772-PARA-1", False),
        ("0112345", False),
        ("]A0BAL-014", False),
        ("", False),
    ],
)
def test_own_codes_are_not_taken_for_gs1(raw, expected):
    assert is_gs1(raw) is expected


def test_fields_are_told_as_people_read_them():
    assert read_gs1(f"]d201{GTIN}10AB-12{GS}9912", TODAY).text == f"(01){GTIN}(10)AB-12(99)12"
