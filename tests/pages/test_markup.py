"""What holds for every public page: tags, landmarks, nothing inline, nothing from elsewhere, nothing that runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test.signals import template_rendered

from portal.templatetags.navigation import rendered_once

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Other rooms' own templates: the error pages, the admin, the API's documents, the login.
OTHERS = ("errors", "admin", "api", "registration", "objections", "measures")
STRINGS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
]
VOID = {"meta", "link", "img", "input", "br"}


class Markup(HTMLParser):
    """Every tag of a page with its attributes, and whether all of them are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def meta(self) -> dict[str, str | None]:
        return {tag["name"]: tag["content"] for tag in self.all("meta") if "name" in tag}


@pytest.fixture
def pages(published, client, organisation):
    """Every kind of page there is, refusals too, full of what somebody typed to break them."""
    published("penalty")
    published("code-event")
    licence = published("licence", counterparty_name=STRINGS[0], content=STRINGS[1])
    addresses = [
        "/", "/search/", "/search/?q=试例", "/search/?q=无此名称", "/search/?kind=subject&q=script",
        "/search/?q=91610900MA70ABC19X", "/codes/", "/codes/?q=91610900MA70ABC19X", "/codes/?q=91610900MA70ABC19T",
        f"/codes/?q={licence.subject.uscc}", "/codes/published/", "/codes/published/?kind=converted", "/catalogue/", "/search/batch/", "/blacklist/persons/",
            "/policies/list-rules/", "/campaigns/", "/blacklist/timeliness/",
        "/disclosure/licences/", "/disclosure/licences/?q=无此名称", "/disclosure/penalties/",
        f"/subjects/{licence.subject.uscc}/", "/subjects/91610900MA70ABC19T/", "/subjects/1/",
        f"/records/{licence.uid}/", "/records/00000000-0000-4000-8000-000000000000/", "/search/?page=0",
        *(f"/{page}/?q={string}" for page in ("search", "codes", "disclosure/licences") for string in STRINGS),
    ]  # fmt: skip
    return {address: client.get(address) for address in addresses}


def test_every_page_is_well_formed_and_needs_nothing_but_itself(pages):
    for address, response in pages.items():
        markup = Markup(response.content.decode())
        names = {name for name, _ in markup.tags}
        attributes = {name for _, tag in markup.tags for name in tag}
        assert not names & {"script", "style", "iframe", "object", "svg"}, address
        assert not {name for name in attributes if name.startswith("on") or name == "style"}, address
        sources = [tag[name] for _, tag in markup.tags for name in ("src", "href", "action") if tag.get(name)]
        assert all(source.startswith(("/", "#")) and not source.startswith("//") for source in sources), address
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy, address


def test_every_page_has_its_landmarks_one_heading_and_labels(pages):
    for address, response in pages.items():
        markup = Markup(response.content.decode())
        for landmark in ("header", "main", "footer", "h1", "title"):
            assert len(markup.all(landmark)) >= 1, (address, landmark)
        assert len(markup.all("main")) == len(markup.all("h1")) == 1, address
        assert markup.all("a")[0] == {"class": "skip", "href": "#main"}, address
        labelled = {label["for"] for label in markup.all("label")}
        controls = [tag for name in ("input", "select") for tag in markup.all(name) if tag.get("type") != "hidden"]
        assert {control["id"] for control in controls} <= labelled, address
        ids = [tag["id"] for _, tag in markup.tags if "id" in tag]
        assert len(ids) == len(set(ids)), address


def test_what_somebody_typed_never_becomes_markup(pages):
    for address, response in pages.items():
        page = response.content.decode()
        assert "<script" not in page and "<img src=x" not in page and "<svg" not in page, address
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages["/disclosure/licences/"].content.decode()
    found = pages["/search/?kind=subject&q=script"].content.decode()
    assert "&lt;<mark>script</mark>&gt;" in found


def test_pages_carry_the_tags_of_government_sites(pages, settings):
    home = Markup(pages["/"].content.decode()).meta()
    assert home["SiteName"] == "信用安康" and home["SiteDomain"] == "127.0.0.1"
    column = Markup(pages["/disclosure/licences/"].content.decode()).meta()
    assert column["ColumnName"] == "行政许可"
    assert column["ColumnType"] and column["ColumnKeywords"] and column["ColumnDescription"]
    (detail,) = [Markup(page.content.decode()).meta() for path, page in pages.items()
                 if path.startswith("/records/") and page.status_code == 200]  # fmt: skip
    assert detail["PubDate"] == "2026-03-02 12:00"
    assert detail["ContentSource"] == "石泉县试例市场监督管理局"
    assert detail["ArticleTitle"].endswith("食品经营许可")


def test_the_site_tells_who_runs_it_only_where_that_is_known(client, rules, settings):
    assert "主办单位" not in client.get("/").content.decode()
    settings.SITE = {**settings.SITE, "organiser": "安康市试例信用办", "identifier": "6109000001"}
    page = client.get("/").content.decode()
    assert "主办单位：安康市试例信用办" in page
    assert Markup(page).meta()["SiteIDCode"] == "6109000001"


def test_the_breadcrumb_says_where_we_are(client, rules):
    page = client.get("/disclosure/licences/").content.decode()
    assert re.search(r"当前位置：</span>.*首页.*<span aria-current=\"page\">行政许可", page, re.DOTALL)


def test_every_template_is_used(published, client):
    rendered_once.cache_clear()
    rendered: set[str] = set()

    def note(sender, template, **kwargs) -> None:
        rendered.add(template.name)

    template_rendered.connect(note)
    try:
        licence, penalty = published("licence"), published("penalty")
        for address in (
            "/", "/search/?q=试例", "/codes/?q=91610900MA70ABC19X", "/disclosure/licences/", "/catalogue/", "/blacklist/", "/search/batch/", "/blacklist/persons/",
            "/policies/list-rules/", "/campaigns/", "/blacklist/timeliness/",
            f"/subjects/{licence.subject.uscc}/", "/subjects/91610900MA70ABC19T/", "/search/?page=0",
            f"/records/{licence.uid}/", f"/records/{penalty.uid}/", f"/records/{published('code-event').uid}/",
        ):  # fmt: skip
            client.get(address)
    finally:
        template_rendered.disconnect(note)
    ours = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if path.relative_to(TEMPLATES).parts[0] not in OTHERS
    }
    assert ours - rendered == set()


@pytest.mark.parametrize("name", sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")))
def test_every_template_compiles(name):
    engines["django"].get_template(name)


def test_the_style_sheet_asks_nobody_else():
    for sheet in (Path(settings.BASE_DIR) / "static").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text and "://" not in text, sheet.name


def test_the_colours_of_text_can_be_read():
    """WCAG 2.1 AA: at least 4.5 to 1 for every pair of text and ground in the sheet."""
    sheet = (Path(settings.BASE_DIR) / "static" / "site.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", sheet))
    pairs = [
        ("ink", "paper"), ("ink", "ground"), ("quiet", "paper"), ("quiet", "ground"), ("quiet", "blue-soft"),
        ("blue", "paper"), ("blue", "ground"), ("blue", "blue-soft"), ("paper", "blue"), ("paper", "blue-deep"),
        ("good", "good-soft"), ("bad", "bad-soft"), ("warn", "warn-soft"),
    ]  # fmt: skip
    for text, ground in pairs:
        assert _contrast(colour[text], colour[ground]) >= 4.5, (text, ground)


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
