"""Each gate on notebooks and pages passes what is right and refuses what is not."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from notebooks import DESCRIPTION, chart, code, notebook, shown

from digigov.course.gates import descriptions, formulas, glyphs, offline


class TestDescriptionGate:
    def test_passes_distinct_descriptions(self):
        other = DESCRIPTION.replace("Bar", "Line")
        assert descriptions.check_descriptions(notebook(code(chart()), code(chart(other)))) == []

    @pytest.mark.parametrize(
        ("charts", "problem"),
        [
            ([chart("")], "has no description"),
            ([chart("Users by year")], "is a label"),
            ([chart("各年用户数")], "is a label"),
            ([chart(), chart()], "repeats that of cell 1"),
            (
                [chart() | {"data": chart().data | {"text/plain": DESCRIPTION + " More."}}],
                "is not the one inside the chart",
            ),
        ],
    )
    def test_refuses(self, charts, problem):
        nb = new_notebook(cells=[code(nbformat.from_dict(output)) for output in charts])
        (found,) = descriptions.check_descriptions(nb)
        assert problem in found


class TestMathGate:
    def test_passes_what_lessons_use(self):
        text = r"$\frac{1}{3}(O + T + H)$, $\sum_i w_i \le 0.5 \times 10^9$, $97.3\,\%$, $\bar{x}$"
        assert formulas.check_math(notebook(new_markdown_cell(text))) == []

    @pytest.mark.parametrize("formula", [r"$\nosuchmacro x$", "$$ a & b $$", r"$\frac{1$"])
    @pytest.mark.parametrize("place", ["cell", "output"])
    def test_refuses_what_would_be_shown_as_latex(self, formula, place):
        cell = (
            new_markdown_cell(formula)
            if place == "cell"
            else code(shown({"text/markdown": formula}))
        )
        (found,) = formulas.check_math(notebook(cell))
        assert found.startswith("cell 1: formula")


class TestOfflineGate:
    def test_passes_own_charts_and_plain_links(self):
        link = shown({"text/html": '<a href="https://www.gov.cn">source</a>'})
        assert offline.check_offline(notebook(code(chart(), link))) == []

    @pytest.mark.parametrize(
        "output",
        [
            shown({"application/vnd.vegalite.v6+json": {}}),
            chart(data={"url": "https://example.org/data.csv"}),
            shown({"text/html": '<script src="https://cdn.jsdelivr.net/npm/vega@5"></script>'}),
            shown({"text/html": "<script>import('https://esm.sh/vega')</script>"}),
            shown({"text/html": '<img alt="" src="//example.org/a.png">'}),
            shown({"text/html": '<link rel="stylesheet" href="http://example.org/a.css">'}),
            shown({"text/html": "<style>@import 'https://example.org/a.css'</style>"}),
            shown({"text/html": '<p style="background:url(https://example.org/a.png)"></p>'}),
            shown({"image/svg+xml": '<svg><image href="https://example.org/a.png"/></svg>'}),
            shown({"application/javascript": "1"}),
        ],
    )
    def test_refuses(self, output):
        (found,) = offline.check_offline(notebook(code(output)))
        assert found.startswith("cell 1: ")

    def test_refuses_a_page_of_nbconvert(self):
        from nbconvert.exporters import HTMLExporter

        text, _resources = HTMLExporter().from_notebook_node(notebook(new_markdown_cell("x")))
        assert any("require" in problem for problem in offline.check_offline(text))


class TestGlyphGate:
    def image(self, text, family="'Noto Sans CJK SC', sans-serif"):
        return (
            '<svg xmlns="http://www.w3.org/2000/svg">'
            f'<text font-family="{family}">{text}</text></svg>'
        )

    @pytest.fixture
    def fonts(self, monkeypatch):
        """Pretend that certain fonts are installed."""

        def install(**families):
            installed = {name.replace("_", " "): set(map(ord, g)) for name, g in families.items()}
            monkeypatch.setattr(glyphs, "glyphs_of", lambda family: installed.get(family, set()))

        return install

    def test_passes_text_that_the_first_installed_font_of_the_stack_can_draw(self, fonts):
        fonts(**{"sans-serif": "中用户"})
        assert glyphs.check_glyphs([self.image("用户 ")]) == []

    def test_names_character_that_only_another_font_of_the_machine_draws(self, fonts):
        fonts(Noto_Sans_CJK_SC="中用户", **{"sans-serif": "✗用户"})
        (found,) = glyphs.check_glyphs([self.image("用户✗")])
        assert "no glyph for '✗'" in found
        assert "in Noto Sans CJK SC;" in found

    def test_names_character_chart_and_family(self, fonts):
        fonts(Noto_Sans_CJK_SC="中用户")
        (found,) = glyphs.check_glyphs({"chart of users": self.image("用户㐂")})
        assert "chart of users" in found
        assert "'㐂' (U+3402 CJK UNIFIED IDEOGRAPH-3402)" in found
        assert "Noto Sans CJK SC" in found

    def test_says_which_package_is_missing_once(self, fonts):
        fonts(**{"sans-serif": "abc"})
        (found,) = glyphs.check_glyphs([self.image("用户"), self.image("覆盖率")])
        assert "fonts-noto-cjk" in found

    def test_reads_the_images_of_a_notebook(self, fonts):
        fonts(Noto_Sans_CJK_SC="中用户user")
        assert glyphs.check_glyphs(notebook(code(chart()))) == []
        fonts(Noto_Sans_CJK_SC="中用户usr")
        (found,) = glyphs.check_glyphs(notebook(code(chart())))
        assert found.startswith("cell 1, chart 'Bar chart of users")

    def test_reads_fonts_that_are_really_installed(self):
        assert ord("A") in glyphs.glyphs_of("sans-serif")
        assert glyphs.glyphs_of("No Such Family") == frozenset()

    def test_says_that_fontconfig_is_missing(self, monkeypatch):
        monkeypatch.setenv("PATH", "")
        glyphs.glyphs_of.cache_clear()
        with pytest.raises(RuntimeError, match="Debian package fontconfig"):
            glyphs.glyphs_of("Noto Sans CJK SC")
        glyphs.glyphs_of.cache_clear()
