"""The lookup of a code: three different answers, and none for what is nobody's business (BI-C01 to BI-C22)."""

import pytest

from registry.models import SubjectIdentifier

VALID = "91610900MA70ABC19T"
PERSONAL = [
    "612401199001010011",
    " 6124 0119 9001 0100 11",
    "６１２４０１１９９００１０１００１１",
    "张试三612401199001010011",
]
# What is typed, and what the answer must say about it.
MALFORMED = [
    ("91610900MA70ABC19X", "校验码错误：第18位应为 T"),
    ("9161O900MA7OABC19T", "第5位“O”有误"),
    ("9161O900MA7OABC19T", "第12位“O”有误"),
    ("916I0900MA70ABC19T", "是否为 1？"),
    ("91610900MA70ABC19T0", "应为18位，现为19位"),
    ("91610900MA70ABC19", "应为18位，现为17位"),
    ("000000000000000000", "不是登记管理部门"),
    ("111111111111111111", "校验码错误"),
    ("ZZ610900MA70ABC19T", "第1位“Z”有误"),
]


def test_the_first_answer_is_that_the_code_is_wrong_and_where(read, db):
    page = read("/codes/", q="91610900MA70ABC19X")
    assert "代码有误" in page and "第18位" in page
    assert "未查询到" not in page


def test_the_second_answer_is_that_nobody_here_bears_it(read, db):
    page = read("/codes/", q=VALID)
    assert "未查询到" in page and "格式和校验码正确" in page
    assert "代码有误" not in page


def test_the_third_answer_is_the_subject(published, read):
    subject = published("licence").subject
    page = read("/codes/", q=f" {subject.uscc[:8]} {subject.uscc[8:].lower()} ")
    assert subject.name in page
    assert f'href="/subjects/{subject.uscc}/"' in page
    assert "已去除空白" in page and "已将小写字母转为大写" in page


@pytest.mark.parametrize("typed,said", MALFORMED)
def test_a_mistake_is_named_with_its_place(read, db, typed, said):
    assert said in read("/codes/", q=typed)


def test_a_wrong_code_is_not_looked_up(read, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        read("/codes/", q="91610900MA70ABC19X")


@pytest.mark.parametrize("typed", ["9161O900MA7OABC19T", "916I0900MA70ABC19T"])
def test_a_better_code_is_offered_where_it_passes_every_check(read, db, typed):
    assert f'href="/codes/?q={VALID}"' in read("/codes/", q=typed)


def test_nothing_is_offered_that_would_fail_as_well(read, db):
    page = read("/codes/", q="9161O900MA70ABC19X")
    assert "您要查的是不是" not in page


@pytest.mark.parametrize("typed", PERSONAL)
@pytest.mark.parametrize("path", ["/codes/", "/search/", "/disclosure/licences/", "/codes/published/"])
def test_a_resident_id_is_never_echoed(client, db, path, typed):
    page = client.get(path, {"q": typed}).content.decode()
    assert "请勿在此输入身份证号" in page
    assert typed not in page and "612401199001010011" not in page


def test_an_old_number_finds_its_subject_and_says_that_it_is_old(published, read):
    subject = published("licence").subject
    SubjectIdentifier.objects.create(subject=subject, scheme="registration-number", value="610922NA900001X")
    page = read("/codes/", q="610922NA900001X")
    assert subject.name in page and "原有号码" in page


def test_a_name_goes_to_the_search_of_names(client, db):
    response = client.get("/codes/", {"q": "试例茶业"})
    assert response.status_code == 302
    assert response.url.startswith("/search/?q=%E8%AF%95%E4%BE%8B")


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_question_shows_the_form_only(read, db, typed):
    page = read("/codes/", q=typed)
    assert 'name="q"' in page
    assert 'id="answer"' not in page


def test_a_subject_only_a_draft_names_is_unknown(drafted, read):
    subject = drafted("licence").subject
    page = read("/codes/", q=subject.uscc)
    assert "未查询到" in page
    assert subject.name not in page
