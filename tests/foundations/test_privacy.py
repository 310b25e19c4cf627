"""Personal data leave the system masked, by one set of masks; what is public stays legible."""

from __future__ import annotations

import io
import logging
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import resident_id, uscc
from registry.privacy import RedactingFilter, mask_id_number, mask_mobile, mask_person_name, redact

ID = "612401199001010011"  # made up; the check character is right
ID_WITH_X = "11010519491231002X"  # the example of GB 11643-1999
CARD = "6217001234567890122"
ORGANISATION = "91610902MA70A1023R"


@pytest.fixture
def log():
    """A logger whose only handler redacts, and what it has written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.Logger("redacted")
    logger.addHandler(handler)
    return logger, stream


def written(log) -> str:
    return log[1].getvalue()


@pytest.mark.parametrize(
    "value,mask",
    [
        ("610902199001010013", "610902************"),
        ("11010519491231002X", "110105************"),
        ("11010519491231002x", "110105************"),
        ("６１０９０２１９９００１０１００１３", "610902************"),
        ("610902 19900101 0013", "610902************"),
        ("610902900101001", "610902*********"),
        ("E12345678", "E********"),
        ("H1234567801", "H**********"),
        ("HKG810101199001", "H**************"),
        ("1", "*"),
        ("", ""),
    ],
)
def test_an_id_number_shows_its_region_at_most(value, mask):
    assert mask_id_number(value) == mask


@given(st.text(alphabet="0123456789ABCX", min_size=5, max_size=20))
def test_a_mask_never_shows_the_last_four(number):
    assert mask_id_number(number).endswith("****")


@pytest.mark.parametrize(
    "value,mask",
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("008613812341234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("0915-3212345", "***********"),
        ("1381234123", "**********"),
        ("", ""),
    ],
)
def test_a_mobile_number_shows_its_ends_and_any_other_nothing(value, mask):
    assert mask_mobile(value) == mask


@pytest.mark.parametrize(
    "name,mask",
    [
        ("张三", "张*"),
        ("张小三", "张*"),
        ("欧阳娜", "欧阳*"),
        ("欧阳娜娜", "欧阳*"),
        ("司 马 光", "司马*"),
        ("欧阳", "欧*"),  # the family name 欧 and a given name
        ("阿依古丽·买买提", "阿*"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_a_name_shows_the_family_name_only(name, mask):
    assert mask_person_name(name) == mask


@pytest.mark.parametrize(
    "text,redacted",
    [
        (f"证件号{ID}已存在", "证件号[身份证号***]已存在"),
        (f"id={ID_WITH_X}&page=2", "id=[身份证号***]&page=2"),
        (f"id={ID_WITH_X.lower()}", "id=[身份证号***]"),
        ("６１２４０１１９９００１０１００１１", "[身份证号***]"),
        ("6124 0119 9001 0100 11", "[身份证号***]"),
        ("612401900101001", "[身份证号***]"),
        (f"q=%E5%BC%A0%E4%B8%89{ID}", "q=%E5%BC%A0%E4%B8%89[身份证号***]"),
        (f"LIKE '%{ID}%'", "LIKE '%[身份证号***]%'"),
        ("电话13812341234。", "电话[手机号***]。"),
        ("+86 138 1234 1234", "+[手机号***]"),
        ("8613812341234", "[手机号***]"),
        ("008613812341234", "[手机号***]"),
        ("7f13812341234c0de", "7f[手机号***]c0de"),
        ("１３８１２３４１２３４", "[手机号***]"),
        ("q=%E4%B8%8913812341234", "q=%E4%B8%89[手机号***]"),
        (f"卡号 {CARD}", "卡号 [银行卡号***]"),
        ("卡号 6217 0012 3456 7890 122", "卡号 [银行卡号***]"),
        ("Authorization: Bearer abc.DEF-123_45=", "Authorization: Bearer [令牌***]"),
        ("{'Authorization': 'Api-Key AbCdEfGh.1234567890'}", "{'Authorization': 'Api-Key [令牌***]'}"),
        ("Authorization: Token 0123456789abcdef", "Authorization: Token [令牌***]"),
        ("api_key=AbCdEfGh12345", "api_key=[令牌***]"),
        ("Bearer abc.13812341234.xyz", "Bearer [令牌***]"),
        (f"{ID},13812341234", "[身份证号***],[手机号***]"),
    ],
)
def test_personal_data_and_secrets_leave_any_text(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        ORGANISATION,
        ORGANISATION.lower(),
        f"/subjects/{ORGANISATION}/",
        "11610900016021386Y",
        "336109219900101002",  # an organisation's; without its first digit it reads like a person's
        "2026-03-10T00:30:00+08:00 GET /search/?q=恒口 200 0.138",
        "安市监罚〔2026〕12号，罚款 0.2 万元",
        "电话 0915-3212345",
        "6217001234567890123",  # no card: the check digit is wrong
        "7f13812341234c0de13812341234c0de",  # the number of a record
        "7f138123-1234-4c0d-a138-f13812341234",  # the number of a message
        "9a13812341234bcd" * 4,  # a digest
        "9a13812341234bcd9a13812341234bcd12ab34cd",  # a shorter one
        "123813812341234",  # digits on both sides
        "610902************ 138****1234",
        "the bearer of this",
    ],
)
def test_what_is_public_stays_legible(text):
    assert redact(text) == text


def test_no_all_digit_organisation_code_is_taken_for_a_card_or_a_mobile():
    codes = [f"1261090{number:010d}" for number in range(4_000_000_000, 4_000_003_000)]
    valid = [code + uscc.check_character(code) for code in codes]
    digits = [code for code in valid if code.isdigit() and not resident_id.looks_like_resident_id(code)]
    assert len(digits) > 500
    assert [code for code in digits if redact(code) != code] == []


def test_an_organisation_code_that_reads_like_a_resident_id_is_hidden():
    candidates = (f"51610920010101{number:03d}" for number in range(1000))
    twofold = next(code for code in candidates if uscc.check_character(code) == resident_id.check_character(code))
    both = twofold + uscc.check_character(twofold)
    assert uscc.is_valid(both)
    assert redact(both) == "[身份证号***]"


@given(st.text())
def test_redacting_twice_changes_nothing_more(text):
    once = redact(f"{text}{ID} {text}")
    assert redact(once) == once


born = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1))


@given(born, st.integers(0, 999), st.text(), st.text())
def test_no_resident_id_survives_in_any_surroundings(day, sequence, before, after):
    first17 = f"610902{day:%Y%m%d}{sequence:03d}"
    number = first17 + resident_id.check_character(first17)
    assert number not in redact(f"{before}{number}{after}")


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Nl"])), st.integers(0, 99_999_999))
def test_no_mobile_number_survives_among_other_words(around, tail):
    number = f"139{tail:08d}"
    assert number not in redact(f"{around}{number}{around}")
    wide = "".join(unicodedata.lookup(f"FULLWIDTH DIGIT {unicodedata.name(d).split()[-1]}") for d in number)
    assert wide not in redact(f"{around}{wide}{around}")


def test_a_log_line_holds_no_personal_data_from_message_or_arguments(log):
    log[0].info("%s of %s called " + ID, ID_WITH_X, 13812341234)
    assert written(log) == "INFO [身份证号***] of [手机号***] called [身份证号***]\n"


def test_a_traceback_in_the_log_holds_no_personal_data(log):
    try:
        raise LookupError(f"no person {ID}")
    except LookupError:
        log[0].exception("failed", stack_info=True)
    assert ID not in written(log)
    assert "LookupError: no person [身份证号***]" in written(log)


def test_no_handler_behind_the_filter_can_print_the_exception_itself():
    record = logging.makeLogRecord({"msg": "failed", "exc_info": (ValueError, ValueError(ID), None)})
    assert RedactingFilter().filter(record)
    assert record.exc_info is None
    assert ID not in str(vars(record))


def test_extra_fields_of_a_log_record_are_redacted():
    record = logging.makeLogRecord({"msg": "seen", "path": f"/codes/{ID}/", "status_code": 200})
    RedactingFilter().filter(record)
    assert vars(record)["path"] == "/codes/[身份证号***]/"
    assert vars(record)["status_code"] == 200


def test_a_log_call_with_wrong_arguments_is_still_logged_and_redacted(log, capsys):
    log[0].info("%d persons", ID)
    log[0].info("%s and %s", ID)
    assert written(log).count("[身份证号***]") == 2
    assert ID not in written(log) + capsys.readouterr().err
