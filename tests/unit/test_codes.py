"""Check digits of the field's codes, against published samples and against python-stdnum."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from shared.domain import citizen_id, credit_code, item_code

TODAY = date(2026, 11, 22)
REAL_CREDIT_CODES = [
    "12441500196720244T", "11370800MB28559184", "11100000000013338W", "91110000600037341L",
    "91350100M000100Y43",
]  # fmt: skip


@pytest.mark.parametrize("code", REAL_CREDIT_CODES)
def test_published_credit_codes_pass(code: str) -> None:
    assert credit_code.is_credit_code(code)


@pytest.mark.parametrize("code", ["12441500196720244A", "12441500196720244t", "1244150019672024", "I" * 18])
def test_a_wrong_credit_code_is_seen(code: str) -> None:
    assert not credit_code.is_credit_code(code)


def test_a_code_that_begins_with_a_letter_is_no_error() -> None:
    assert credit_code.is_credit_code(credit_code.make_credit_code("N2990102", "MF000001"))


@given(
    st.text(alphabet="0123456789", min_size=6, max_size=6),
    st.text(alphabet="0123456789", min_size=8, max_size=8),
)
def test_made_credit_codes_agree_with_stdnum(region: str, body: str) -> None:
    assert uscc.is_valid(credit_code.make_credit_code("11" + region, body))


@pytest.mark.parametrize("code", ["083372204", "00877844X", "76726532-X", "68236467-9"])
def test_old_organisation_codes_pass_with_and_without_hyphen(code: str) -> None:
    assert credit_code.is_organisation_code(code)


@pytest.mark.parametrize("code", ["083372205", "11736", "3946653276082720768", "76726532X-"])
def test_what_is_no_organisation_code(code: str) -> None:
    assert not credit_code.is_organisation_code(code)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "360426199101010071"])
def test_citizen_numbers_pass_whatever_their_region(number: str) -> None:
    assert citizen_id.is_citizen_id(number, TODAY)


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310020",
        "11010520270101001X",
        "110105194913310021",
        "110105491231002",
        "１１０１０５１９４９１２３１００２X",
    ],
)
def test_wrong_check_future_birth_no_date_and_old_length_are_refused(number: str) -> None:
    assert not citizen_id.is_citizen_id(number, TODAY)


@pytest.mark.parametrize("code", ["12441500196720244T3442199806003", "11370800MB285591843370117002011"])
def test_the_31_character_rule_reads_live_samples(code: str) -> None:
    parts = item_code.parse(code)
    assert parts is not None
    assert (parts.level, len(parts.basic_code)) == (3, 12)


def test_a_long_code_is_accepted_free_form_and_gets_a_short_serial() -> None:
    code = "511A0138000000-511602000000-000-115113010833722043-1-00"
    assert item_code.parse(code) is None
    assert item_code.is_acceptable(code)
    assert len(item_code.short_serial(code)) == 13
