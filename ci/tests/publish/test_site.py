"""The site: two languages side by side, whole without a network, and open to everyone.

Two lessons stand for the others. ``DIGIGOV_BROWSER_LESSONS`` names others (``05,12``) or ``all``.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import (
    assert_chinese_font,
    assert_shadow_at_its_edge,
    chosen_lessons,
    chromium,
    offline_context,
    watch,
)
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from digigov.course.errors import CourseError
from digigov.course.gates.offline import check_offline
from digigov.course.lessons import KINDS, find_lesson, find_lessons, finished_lessons
from digigov.course.publish.pages import script_hash
from digigov.course.publish.release.leaks import leaks
from digigov.course.publish.site import sources as site_sources
from digigov.course.publish.site import write as site
from digigov.course.publish.site.sphinx import SCRIPT_MIMES
from digigov.course.runs.run import STUB, Outcome, Record, Run, pack
from digigov.course.runs.store import Store
from digigov.course.writing.guides import GUIDES
from digigov.data import read_package
from digigov.i18n import LANGUAGES, language
from digigov.i18n import _ as translated

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# It would fetch the styles again, which a page opened from a disk may not.
AXE = {"runOnly": {"type": "tag", "values": WCAG}, "preload": False}
OTHER = {"en": "zh", "zh": "en"}


class Page(HTMLParser):
    """Start tags of a page, with their attributes."""

    def __init__(self, path):
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.found = []
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, name):
        return [attrs for tag, attrs in self.found if tag == name]

    @property
    def anchors(self):
        return {attrs["id"] for _tag, attrs in self.found if "id" in attrs}


@pytest.fixture(scope="module")
def lessons():
    # Lesson 07 as well: it is the one that quotes documents about the internet.
    return find_lessons(["07", *(lesson.number for lesson in chosen_lessons())])


@pytest.fixture(scope="module")
def folder(lessons, tmp_path_factory):
    """A site of the chosen lessons."""
    folder = tmp_path_factory.mktemp("site")
    store = Store(ROOT / "build" / "cache" / "runs")
    outcomes = site.write_site(site.site_runs(lessons), folder, 2, store, lambda _line: None)
    assert {outcome.record.status for outcome in outcomes} == {"passed"}
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    """Every page that was written, by its place in the site."""
    found = sorted(path for lang in LANGUAGES for path in (folder / lang).rglob("*.html"))
    paths = [folder / "index.html", *found]
    return {path.relative_to(folder).as_posix(): Page(path) for path in paths}


def lesson_pages(pages):
    return {name: page for name, page in pages.items() if "/notebooks/" in name}


class TestPages:
    def test_each_exists_in_both_languages_and_says_so(self, pages, lessons):
        for lang, tag in (("en", "en"), ("zh", "zh-CN")):
            names = {name for name in pages if name.startswith(f"{lang}/")}
            assert names == {
                f"{lang}/{name}.html"
                for name in [
                    *("index", "search", "verification", "data/index"),
                    *(f"guides/{guide}" for guide in GUIDES),
                    *(f"data/{dataset['name']}" for dataset in read_package()["resources"]),
                    *(f"{kind}/{lesson.stem}" for kind in KINDS for lesson in lessons),
                ]
            }
            for name in names:
                assert pages[name].named("html")[0]["lang"] == tag

    def test_no_file_says_where_the_site_was_made(self, folder):
        # Sphinx's own note is a hash of paths; two sites of one commit would differ.
        assert not list(folder.rglob(".buildinfo"))

    def test_the_switch_leads_to_the_same_page_in_the_other_language(self, folder, pages):
        for name, page in pages.items():
            if name == "index.html":
                continue
            lang, _slash, rest = name.partition("/")
            switches = [a["href"] for a in page.named("a") if a.get("class") == "language"]
            assert switches, name
            for href in switches:
                target = (folder / name).parent / href
                assert target.resolve() == folder / OTHER[lang] / rest

    def test_sections_have_the_same_anchors_in_both_languages(self, pages):
        for name, page in pages.items():
            if name.startswith("en/"):
                twin = pages["zh" + name[2:]]
                mine, theirs = (
                    [a["id"] for a in one.named("section") if "id" in a] for one in (page, twin)
                )
                assert mine == theirs, name
                assert all(anchor.startswith("section-") for anchor in mine)

    def test_every_link_leads_somewhere(self, folder, pages):
        for name, page in pages.items():
            here = folder / name
            for attrs in (*page.named("a"), *page.named("img"), *page.named("script")):
                address = urlsplit(attrs.get("href") or attrs.get("src") or "")
                if address.scheme or not (address.path or address.fragment):
                    continue
                target = (here.parent / unquote(address.path)).resolve() if address.path else here
                assert target.exists(), f"{name} leads to {address.path}"
                if address.fragment and target.suffix == ".html":
                    known = Page(target).anchors if target != here else page.anchors
                    assert unquote(address.fragment) in known, f"{name}: #{address.fragment}"

    def test_none_asks_a_network_or_may(self, pages):
        for name, page in pages.items():
            assert check_offline(page.text) == [], name
            (policy,) = (
                attrs["content"]
                for attrs in page.named("meta")
                if attrs.get("http-equiv") == "Content-Security-Policy"
            )
            assert policy.startswith("default-src 'none'"), name
            assert "http" not in policy
            assert "unsafe-inline" not in policy.partition("script-src")[2], name
            for attributes, script in re.findall(
                r"<script\b([^>]*)>(.*?)</script>", page.text, re.S
            ):
                if "src=" not in attributes and "json" not in attributes:
                    assert script_hash(script) in policy, name

    def test_a_lesson_weighs_less_than_400_kilobytes_and_carries_no_image(self, pages):
        for name, page in lesson_pages(pages).items():
            assert len(page.text.encode()) < 400_000, name
            assert "base64" not in page.text, name

    def test_charts_have_their_description_and_their_size(self, folder, pages):
        for name, page in lesson_pages(pages).items():
            images = page.named("img")
            lang, _kind, file = name.split("/")
            script = (folder / lang / "_charts" / "notebooks" / file).with_suffix(".js")
            text = script.read_text(encoding="utf-8")
            charts = json.loads(text.removeprefix("const courseCharts = ").rstrip(";\n"))
            assert [image["alt"] for image in images] == [one["description"] for one in charts]
            assert all(int(image["width"]) > 50 and int(image["height"]) > 50 for image in images)

    def test_own_outputs_are_dropped_and_formulas_are_mathml(self, pages):
        for name, page in pages.items():
            assert "vnd.digigov" not in page.text, name
            shown = re.sub(r"<(pre|script|style).*?</\1>", "", page.text, flags=re.DOTALL)
            assert not re.search(r"\$[^$\n]+\$|\\frac|\\\(", shown), name
        assert sum(page.text.count("<math") for page in lesson_pages(pages).values()) >= 4

    def test_emphasis_shows_no_asterisks(self, pages):
        for name, page in pages.items():
            shown = re.sub(r"<(pre|script|style|code|math).*?</\1>", "", page.text, flags=re.DOTALL)
            assert not re.findall(r".{0,20}\*\*.{0,20}", shown), name

    def test_tables_have_headings_with_a_scope_in_a_box_that_scrolls(self, pages):
        for name, page in pages.items():
            for attrs in page.named("th"):
                assert attrs.get("scope") in ("col", "row"), name
            boxes = Counter(attrs.get("class") for attrs in page.named("div"))
            assert boxes["scroll"] == len(page.named("table")), name
            assert boxes["pst-scrollable-table-container"] == 0, name

    def test_interface_speaks_the_language_of_the_page(self, pages):
        for name, page in pages.items():
            if name.startswith("zh/"):
                for english in (
                    "Skip to main content",
                    "On this page",
                    ">Search<",
                    "Next",
                    "Code<",
                ):
                    assert english not in page.text, f"{name}: {english}"

    def test_a_lesson_offers_notebooks_data_and_slides_that_exist(self, folder, pages, lessons):
        first = lessons[0]
        page = pages[f"en/notebooks/{first.stem}.html"]
        links = {a.get("href") for a in page.named("a")}
        for kind in ("notebooks", "exercises"):
            for lang in LANGUAGES:
                place = f"{kind}/{lang}/{first.stem}.ipynb"
                assert f"../../files/{place}" in links
                assert (folder / "files" / place).read_bytes() == (ROOT / place).read_bytes()
        for table in first.entry["datasets"]:
            assert f"../../files/datasets/{table}.csv" in links
        assert f"../../slides/{first.stem}.en.html" in links

    def test_nothing_tells_what_only_a_lecturer_should_know(self, folder, pages, lessons):
        decks = sorted((folder / "slides").glob("*.html"))
        assert [deck.name for deck in decks] == sorted(
            lesson.deck(lang) for lesson in lessons for lang in LANGUAGES
        )
        texts = {name: page.text for name, page in pages.items()}
        texts |= {f"slides/{deck.name}": deck.read_text(encoding="utf-8") for deck in decks}
        assert [str(leak) for leak in leaks(texts, lessons)] == []
        for lang in LANGUAGES:
            with language(lang):
                answer = translated("Answer at the default parameters: {answer}").partition("{")[0]
            assert not any(answer in text for text in texts.values())

    def test_exercises_are_shown_as_given(self, pages):
        for name, page in pages.items():
            if "/exercises/" in name:
                assert "SOLUTION" not in page.text
                shown = re.sub(r"<[^>]+>", "", page.text)
                assert re.search(r"= \.\.\.", shown), name


@pytest.mark.parametrize(
    ("text", "separated"),
    [
        ("**先猜：**在一行里", "**先猜：**<!-- -->在一行里"),
        ("他说**“不”**字", "他说<!-- -->**“不”**<!-- -->字"),
        ("一个*词*，**两个**词", "一个*词*，**两个**词"),
        ("**先猜：***老人*", "**先猜：**<!-- -->*老人*"),
        ("**Predict:** if", "**Predict:** if"),
        ("`a**(b)**c` 和 $x**(y)**z$", "`a**(b)**c` 和 $x**(y)**z$"),
    ],
)
def test_emphasis_is_recognised_beside_chinese_punctuation(text, separated):
    assert site_sources.separate_emphasis(text) == separated


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.number)
def test_every_command_that_a_page_shows_is_accepted(lesson):
    for lang in LANGUAGES:
        shown = site_sources.commands(lesson, lang)
        assert shown or set(lesson.declarations.parameters) <= {"lang"}
        for _what, command in shown:
            course, run, number, *options = shlex.split(command)
            assert (course, run, number) == ("course", "run", lesson.number)
            given = {}
            while options:
                option = options.pop(0)
                if option == "--lang":
                    assert options.pop(0) == lang
                else:
                    assert option == "-p"
                    name = options.pop(0)
                    given[name] = lesson.declarations.parse(name, options.pop(0))
            assert given
            lesson.declarations.check_all(given)


# ------------------------------------------------------------------------------- small editions


def finished(*cells, lang="en", set_name="default", problems=()):
    run = Run(find_lesson("04"), lang, set_name, {})
    record = Record("04_coverage", lang, set_name, {})
    for problem in problems:
        record.fail(problem)
    return Outcome(run, record, pack(new_notebook(cells=list(cells))))


@pytest.fixture(autouse=True)
def no_pages_of_others(monkeypatch):
    """An edition that is made here is of one page; the whole site is made in other processes."""
    monkeypatch.setattr(site_sources, "GROUPS", ())


def small_edition(folder, *cells, problems=()):
    """Pages of one lesson of a few cells, and its exercise."""
    header = new_markdown_cell("# 04 · Coverage", metadata={"tags": ["header"]})
    runs = [
        finished(header, *cells, problems=problems),
        finished(new_markdown_cell("# Exercise"), set_name=STUB),
    ]
    made = site.write_edition(site.Edition("en", runs, folder))
    return made, (folder / "en" / "notebooks" / "04_coverage.html").read_text(encoding="utf-8")


def test_a_run_that_failed_is_told_in_words_on_its_page_and_on_the_first(tmp_path):
    _made, page = small_edition(tmp_path, problems=["cell 3: <KeyError>"])
    assert "cell 3: &lt;KeyError&gt;" in page
    index = (tmp_path / "en" / "index.html").read_text(encoding="utf-8")
    assert "1 of 2 runs failed" in index


def test_what_sphinx_warns_of_stops_the_site(tmp_path):
    with pytest.raises(CourseError, match=r"the en pages of the site: .*no_such_page"):
        small_edition(tmp_path, new_markdown_cell("[a link](no_such_page.md)"))
    assert not (tmp_path / "en").exists()


def test_a_script_in_a_text_stops_the_site_and_one_in_an_output_is_text(tmp_path):
    hostile = "<script>hit()</script><img src=x onerror=hit()>"
    outputs = [
        new_output("display_data", data={mime: hostile}) for mime in ("text/html", "text/markdown")
    ]
    _made, page = small_edition(tmp_path, new_code_cell("x", outputs=outputs))
    assert page.count("&lt;script&gt;hit()") == 2
    assert "<script>hit()" not in page
    assert "onerror" not in page
    with pytest.raises(CourseError, match="04_coverage: a text of this page holds a script"):
        small_edition(tmp_path, new_markdown_cell(hostile.partition("<img")[0]))


@pytest.mark.parametrize("mime", ["application/x-odd", *SCRIPT_MIMES])
def test_an_output_that_no_page_can_show_stops_the_site(mime, tmp_path):
    odd = new_output("display_data", data={mime: "?"})
    with pytest.raises(CourseError, match=re.escape(mime)):
        small_edition(tmp_path, new_code_cell("x", outputs=[odd]))


def test_pages_of_others_stand_in_the_navigation_and_lessons_lead_to_their_data(
    tmp_path, monkeypatch
):
    def write(folder, lang, around):
        assert lang == "en"
        assert [lesson.number for lesson in around.lessons] == ["04"]
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "claims.md").write_text("# The claims\n", encoding="utf-8")
        return ["data/claims"]

    group = site_sources.Group(lambda: "About the data", write)
    monkeypatch.setattr(site_sources, "GROUPS", (group,))
    made, page = small_edition(tmp_path)
    assert "data/claims" in made.documents
    assert 'href="../data/claims.html"' in page
    assert "About the data" in page


def test_a_page_that_one_language_lacks_stops_the_site():
    with pytest.raises(CourseError, match="the zh pages of the site lack data/claims"):
        site.check_same_pages({"en": ["index", "data/claims"], "zh": ["index"]})


# ------------------------------------------------------------------------------------ a browser


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def violations(page):
    """What axe finds at the levels A and AA of WCAG 2.2, in words."""
    found = Axe().run(page, options=AXE).response
    return [
        f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]
    ]


def drawn(page, n):
    charts = page.locator("figure.chart.drawn .vega-embed svg.marks")
    if n:
        charts.nth(n - 1).wait_for()
    return charts


@pytest.mark.browser
def test_pages_have_no_violation_and_no_error_and_fit(browser, folder, pages, lessons):
    # All of it takes minutes; what is narrow differs in its header and in what scrolls.
    sample = {
        400: {"index.html", "zh/index.html", "en/search.html", "zh/notebooks/04_coverage.html"},
        1280: {
            "index.html",
            "en/index.html",
            "zh/index.html",
            "en/search.html",
            "zh/search.html",
            "en/notebooks/04_coverage.html",
            "zh/notebooks/14_fifteen_minutes.html",
            "zh/exercises/04_coverage.html",
        },
    }
    all_of_them = len(lessons) == len(finished_lessons())
    # A page that fits when it is opened on a narrow screen is widened: opening it takes longest.
    with offline_context(browser, viewport={"width": 400, "height": 900}) as context:
        for name in pages:
            page = context.new_page()
            log = watch(page)
            page.goto((folder / name).as_uri())
            charts = pages[name].text.count('<figure class="chart"')
            assert drawn(page, charts).count() == charts, name
            for width, judged in sample.items():
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, name
                if name in judged or all_of_them:
                    assert violations(page) == [], f"{name} at {width}"
            log.assert_clean()
            page.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "word", "lesson"),
    [
        ("zh", "互联网", "07"),
        ("zh", "社会保障卡", "04"),
        ("zh", "分母", "04"),
        ("en", "denominator", "04"),
        ("en", "greedy", "14"),
    ],
)
def test_search_finds_words_from_a_page_on_the_disk(browser, folder, lessons, lang, word, lesson):
    lesson = find_lesson(lesson)
    with offline_context(browser) as context:
        page = context.new_page()
        log = watch(page)
        page.goto((folder / lang / "notebooks" / "14_fifteen_minutes.html").as_uri())
        page.keyboard.press("Control+k")
        page.locator("dialog input[type=search]").fill(word)
        page.keyboard.press("Enter")
        links = page.locator("#search-results a")
        links.first.wait_for()
        hrefs = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        assert any(href.startswith(f"notebooks/{lesson.stem}.html") for href in hrefs), hrefs
        assert word.lower() in page.locator("#search-results mark").first.text_content().lower()
        if word == "社会保障卡":
            assert violations(page) == []
        links.first.click()
        page.locator("article.bd-article h1").wait_for()
        log.assert_clean()


@pytest.mark.browser
@pytest.mark.parametrize("word", ["互联网", "社会保障卡", "分母", "覆盖率 分母"])
def test_search_finds_every_page_that_holds_a_word(browser, folder, pages, word):
    # The words of a page as a reader sees them, without the tables of numbers and the formulas.
    left_out = re.compile(
        r"<(math|figure|details class=\"digigov|dl class).*?</(math|figure|details|dl)>", re.S
    )
    holding = set()
    for name, page in pages.items():
        article = re.search(r'<article class="bd-article">.*?</article>', page.text, re.S)
        if name.startswith("zh/") and article:
            text = re.sub(r"<[^>]+>", "", left_out.sub("", article[0]))
            if all(part in text for part in word.split()):
                holding.add(name.removeprefix("zh/"))
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto((folder / "zh" / "search.html").as_uri() + f"?q={word}")
        page.locator("#search-results a").first.wait_for()
        links = page.locator("#search-results a")
        hrefs = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert holding
    assert holding <= {href.partition("#")[0] for href in hrefs}


@pytest.mark.browser
def test_search_invents_no_hit_and_every_hit_leads_somewhere(browser, folder):
    with offline_context(browser) as context:
        page = context.new_page()
        for lang, query in (
            ("en", "<b>qqxyzzy</b>"),
            ("en", "xyzzy"),
            ("en", "73.9"),
            ("en", "覆盖率"),
            ("zh", "xyzzy"),
        ):
            page.goto((folder / lang / "search.html").as_uri() + f"?q={query}")
            nothing = {"en": "Nothing found for", "zh": "没有找到"}[lang]
            status = page.locator("#search-status", has_text=nothing)
            page.locator("#search-status", has_text=query).wait_for()
            assert status.count() == 1, query
            assert page.locator("#search-results li").count() == 0, query
        # Another form of the word that the pages hold.
        page.goto((folder / "en" / "search.html").as_uri() + "?q=denominators")
        page.locator("#search-results a").first.wait_for()
        hits = page.locator("#search-results > li")
        assert hits.count() == page.locator("#search-results > li:has(a)").count() > 0


@pytest.mark.browser
def test_switch_keeps_the_section(browser, folder):
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto((folder / "en" / "notebooks" / "04_coverage.html").as_uri() + "#section-2")
        english = page.locator("#section-2 > h2").text_content()
        page.locator("a.language:visible").click()
        page.wait_for_url("**/zh/notebooks/04_coverage.html#section-2")
        assert page.locator("#section-2 > h2").text_content() != english
        # Who has read on since is led to where that is. A chart that is drawn late moves what stands
        # below it, and Playwright's own click scrolls.
        drawn(page, page.locator("figure.chart").count())
        switch = "document.querySelector('a.language').click()"
        page.evaluate(
            "document.querySelector('#section-3').scrollIntoView({ behavior: 'instant' })"
        )
        page.evaluate(switch)
        page.wait_for_url("**/en/notebooks/04_coverage.html#section-3*")
        page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
        page.evaluate(switch)
        page.wait_for_url("**/zh/notebooks/04_coverage.html")


@pytest.mark.browser
def test_keyboard_reaches_skip_link_switch_and_search_and_shows_where_it_is(browser, folder):
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto((folder / "zh" / "notebooks" / "04_coverage.html").as_uri())
        reached = []
        for _stop in range(6):
            page.keyboard.press("Tab")
            element = page.evaluate(
                """() => {
                    const { href, className, textContent } = document.activeElement;
                    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
                    return { href, className, text: textContent.trim(), outlineStyle, outlineWidth };
                }"""
            )
            reached.append(element)
        assert reached[0]["href"].endswith("#main-content")
        assert any("language" in element["className"] for element in reached)
        assert any("search-button" in element["className"] for element in reached)
        for element in reached:
            assert element["outlineStyle"] == "solid", element
            assert float(element["outlineWidth"].removesuffix("px")) >= 2, element


@pytest.mark.browser
def test_commands_are_copied(browser, folder):
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto((folder / "en" / "notebooks" / "14_fifteen_minutes.html").as_uri())
        page.get_by_text("Run this lesson with other values").click()
        page.locator(".highlight-bash button.copybtn").first.click()
        page.locator(".highlight-bash button.copybtn.success").wait_for()
        # Pasted where the page can be asked what it was given.
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<textarea id=pad></textarea>')"
        )
        page.locator("#pad").focus()
        page.keyboard.press("Control+v")
        shown = page.locator(".highlight-bash pre").first.text_content().strip()
        assert page.locator("#pad").input_value().strip() == shown
        assert shown.startswith("course run 14 -p ")


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_are_images_without_javascript_and_in_print(browser, folder, pages, lang):
    name = f"{lang}/notebooks/04_coverage.html"
    charts = pages[name].text.count('<figure class="chart"')
    address = (folder / name).as_uri()
    with offline_context(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        images = page.locator("figure.chart img:visible")
        assert images.count() == charts > 0
        assert all(images.nth(i).bounding_box()["height"] > 50 for i in range(charts))
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto(address)
        drawn(page, charts)
        assert page.locator("figure.chart img:visible").count() == 0
        page.emulate_media(media="print")
        assert page.locator("figure.chart img:visible").count() == charts
        assert page.locator("figure.chart .view:visible").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "selector"),
    [
        ("en/data/claims.html", "div.scroll"),
        ("en/notebooks/04_coverage.html", "figure.chart.drawn"),
    ],
)
def test_what_is_wider_than_a_phone_says_so_at_its_edge(browser, folder, name, selector):
    with offline_context(browser, viewport={"width": 400, "height": 900}) as context:
        page = context.new_page()
        page.goto((folder / name).as_uri())
        page.locator(selector).first.wait_for()
        assert_shadow_at_its_edge(page, selector)


@pytest.mark.browser
def test_print_reaches_the_last_source(browser, folder):
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto((folder / "en" / "notebooks" / "04_coverage.html").as_uri())
        # The letters of a PDF are packed; the addresses of its links stand there as they are.
        page.locator(".bd-article li").last.evaluate(
            """(item) => {
                const link = document.createElement("a");
                link.href = "https://last.invalid/";
                link.textContent = "end";
                item.append(link);
            }"""
        )
        assert b"https://last.invalid/" in page.pdf(format="A4")


@pytest.mark.browser
def test_chinese_pages_are_drawn_with_a_font_that_holds_chinese(browser, folder):
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto((folder / "zh" / "notebooks" / "04_coverage.html").as_uri())
        drawn(page, 1)
        for selector in ("h1", "article p", "figure.chart svg text", "nav.bd-links a"):
            assert_chinese_font(page, selector)
