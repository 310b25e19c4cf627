"""What search engines are told: lists and organisations yes, questions and persons no."""

from registry.models import Subject
from tests.pages.test_record_page import PERSON


def test_robots_are_kept_out_of_questions_and_shown_the_map(read):
    page = read("/robots.txt")
    assert "Disallow: /admin/" in page and "Disallow: /search/" in page
    assert "Sitemap: http://testserver/sitemap.xml" in page


def test_the_map_holds_public_organisations_and_no_person(published, drafted, read, organisation):
    organisation.catalogue_items.get(kind="licence").versions.update(persons_are_public=True)
    shown, hidden = published("licence").subject, drafted("penalty").subject
    published("licence", document_number="石试〔2026〕2号", **PERSON)
    page = read("/sitemap-subjects.xml")
    assert f"/subjects/{shown.uscc}/" in page
    assert hidden.uscc not in page
    assert page.count("<loc>") == Subject.objects.public().count() == 1
    assert "/disclosure/licences/" in read("/sitemap-columns.xml")
    assert "/sitemap-subjects.xml" in read("/sitemap.xml")


def test_what_is_typed_is_not_indexed(read, rules):
    assert "noindex" in read("/search/", q="茶业")
    assert "noindex" not in read("/disclosure/licences/")
