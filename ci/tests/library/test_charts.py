"""What every chart owes its reader, and that show() sees to it."""

from __future__ import annotations

import itertools
import json
import math
import re

import altair as alt
import pandas as pd
import pytest

from digigov import charts, i18n

DESCRIPTION = "Bar chart of users by year; the bars grow from 809 million to over one billion."
SYNTHETIC = "calibrated to the census of 2020"


@pytest.fixture(autouse=True)
def theme():
    charts.enable_theme()
    yield
    alt.theme.enable("default")


@pytest.fixture
def users():
    frame = pd.DataFrame({"year": [2021, 2022, 2023], "users": [809.0, 912.5, 1003.0]})
    frame.attrs["citation"] = "General Office of the State Council, 2023"
    return frame


@pytest.fixture
def chart(users):
    return (
        alt.Chart(users)
        .mark_bar()
        .encode(x=alt.X("year:O", title="Year"), y=alt.Y("users:Q", title="Users, million"))
        .properties(title="Users of the platform", width=400, height=200)
    )


@pytest.fixture
def shown(monkeypatch):
    """Bundles that show() displays, with their metadata."""
    displayed = []
    monkeypatch.setattr(
        charts,
        "display",
        lambda bundle, metadata=None, raw=False: displayed.append((bundle, metadata)),
    )
    return displayed


def bundle_of(shown):
    return shown[0][0]


def spec_of(shown):
    return bundle_of(shown)[charts.VEGALITE_MIME]


def caption_of(shown):
    return " ".join(spec_of(shown)["title"]["text"])


class TestShow:
    def test_displays_interactive_chart_image_and_description(self, chart, users, shown):
        charts.show(chart, description=DESCRIPTION, table=users, source=users)
        bundle, metadata = shown[0]
        assert set(bundle) == {charts.VEGALITE_MIME, "image/svg+xml", "text/plain"}
        assert bundle["text/plain"] == DESCRIPTION
        assert bundle[charts.VEGALITE_MIME]["description"] == DESCRIPTION
        assert bundle[charts.VEGALITE_MIME]["$schema"].endswith("/vega-lite/v5.json")
        assert bundle[charts.VEGALITE_MIME]["usermeta"]["embedOptions"]["actions"] is False
        assert metadata[charts.VEGALITE_MIME]["embed_options"]["actions"] is False
        json.dumps(bundle)

    def test_image_is_labelled_for_screen_readers(self, chart, users, shown):
        charts.show(chart, description=DESCRIPTION + ' "<&>"', table=users, source=users)
        svg = bundle_of(shown)["image/svg+xml"]
        assert svg.startswith('<svg role="img" aria-label="Bar chart of users by year;')
        assert "&quot;&lt;&amp;&gt;&quot;" in svg

    def test_chart_of_the_lesson_is_not_changed(self, chart, users, shown):
        configured = chart.configure_axis(grid=False)
        before = configured.to_dict()
        charts.show(configured, description=DESCRIPTION, table=users, source=users)
        assert configured.to_dict() == before
        assert spec_of(shown)["config"]["axis"]["grid"] is False

    @pytest.mark.parametrize("static", ["0", None])
    def test_image_is_left_out_on_request_only(self, chart, users, shown, monkeypatch, static):
        if static is None:
            monkeypatch.delenv("DIGIGOV_STATIC", raising=False)
        else:
            monkeypatch.setenv("DIGIGOV_STATIC", static)
        charts.show(chart, description=DESCRIPTION, table=users, source=users)
        assert ("image/svg+xml" in bundle_of(shown)) is (static is None)

    def test_image_is_left_out_where_vl_convert_does_not_exist(
        self, chart, users, shown, monkeypatch
    ):
        monkeypatch.setattr(charts.importlib.util, "find_spec", lambda name: None)
        charts.show(chart, description=DESCRIPTION, table=users, source=users)
        assert "image/svg+xml" not in bundle_of(shown)

    def test_layers_selections_and_facets_survive_the_caption(self, users, shown):
        picked = alt.selection_point(fields=["year"], name="picked")
        slider = alt.param(name="least", value=0, bind=alt.binding_range(min=0, max=9, name="≥"))
        base = alt.Chart(users).encode(x="year:O", y="users:Q")
        layered = (base.mark_bar() + base.mark_text().encode(text="users:Q")).add_params(
            picked, slider
        )
        faceted = base.mark_point().properties(width=80, height=80).facet("year:N", columns=2)
        for part in (layered, faceted, layered | base.mark_line()):
            shown.clear()
            charts.show(part, description=DESCRIPTION, table=users, source=users)
            assert bundle_of(shown)["image/svg+xml"].count("<path") > 3

    @pytest.mark.filterwarnings("ignore:Automatically deduplicated selection parameter")
    def test_chart_stands_above_its_caption_as_altair_would_place_it(self, users):
        picked = alt.selection_interval(name="picked")
        least = alt.param(name="least", value=0, bind=alt.binding_range(min=0, max=9))
        base = alt.Chart(users).encode(x="year:O", y="users:Q")
        bar, named = base.mark_bar(), base.mark_bar().properties(name="bars")
        layered = bar + alt.Chart(users.head(1)).mark_point().encode(x="year:O")
        kinds = [bar, named, layered, bar | layered, bar & bar, bar.facet("year:N")]
        kinds += [kind.add_params(picked) for kind in kinds] + [layered.add_params(least, picked)]
        for kind in kinds:
            written = charts._specification(kind, DESCRIPTION, "Source: a yearbook.")
            expected = charts._with_stable_names(alt.vconcat(kind).to_dict())
            added = ("title", "$schema", "description", "usermeta")
            assert written == expected | {name: written[name] for name in added}
        placed = charts._specification(
            bar.properties(background="red", padding=3, autosize="pad"), DESCRIPTION, "Source: it."
        )
        assert (placed["background"], placed["padding"], placed["autosize"]) == ("red", 3, "pad")
        alt.VConcatChart.validate(placed)

    def test_specification_does_not_depend_on_how_tables_are_printed(self, users, shown):
        picked = alt.selection_interval(name="picked")
        base = alt.Chart(users.assign(note="a long text")).mark_bar().encode(x="year:O")
        specs = []
        for columns in (1, 9):
            shown.clear()
            with pd.option_context("display.max_columns", columns):
                linked = base.add_params(picked) | base.transform_filter(picked)
                charts.show(linked, description=DESCRIPTION, table=users, source=users)
            specs.append(spec_of(shown))
        assert specs[0] == specs[1]

    def test_image_does_not_depend_on_what_was_drawn_before(self, users, shown):
        ramp = alt.Color("users:Q")
        chart = alt.Chart(users).mark_bar(clip=True).encode(x="year:O", y="users:Q", color=ramp)
        for _time in range(2):
            charts.show(chart, description=DESCRIPTION, table=users, source=users)
        first, _table, second, _table = [bundle for bundle, _metadata in shown]
        assert 'id="gradient_' in first["image/svg+xml"]
        assert first["image/svg+xml"] == second["image/svg+xml"]

    @pytest.mark.parametrize(
        "description", ["", "   ", "Bar chart of users", "用户数柱状图", "图1"]
    )
    def test_label_is_refused_as_description(self, chart, users, shown, description):
        with pytest.raises(ValueError, match="what type of chart"):
            charts.show(chart, description=description, table=users, source=users)
        assert shown == []

    def test_chinese_description_is_counted_in_characters(self):
        assert charts.is_label_like("各年用户数的柱状图，逐年上升")
        assert not charts.is_label_like("各年用户数的柱状图，从八亿上升到十亿以上")

    def test_numbers_from_nowhere_are_refused(self, chart, users):
        with pytest.raises(ValueError, match="neither source nor synthetic"):
            charts.show(chart, description=DESCRIPTION, table=users)

    def test_source_without_a_citation_is_refused(self, chart, users):
        users.attrs.clear()
        with pytest.raises(ValueError, match=r"DataFrame that load\(\) returned"):
            charts.show(chart, description=DESCRIPTION, table=users, source=users)

    @pytest.mark.parametrize(
        ("argument", "value"), [("chart", "a chart"), ("table", [1, 2]), ("source", ["a source"])]
    )
    def test_wrong_type_is_named(self, chart, users, argument, value):
        arguments = {"chart": chart, "table": users, "source": users} | {argument: value}
        with pytest.raises(TypeError, match=rf"{argument} (is|holds) a (str|list)"):
            charts.show(arguments.pop("chart"), description=DESCRIPTION, **arguments)

    def test_importing_the_library_does_not_import_altair(self):
        # vl-convert must not start before a kernel is forked, and imports cost every process.
        source = "import sys, digigov; assert not {'altair', 'vl_convert'} & set(sys.modules)"
        import subprocess
        import sys

        subprocess.run([sys.executable, "-c", source], check=True)


class TestCaption:
    def test_names_each_source_once(self, chart, users, shown):
        other = users.copy()
        other.attrs = {"citation": "CNNIC, 52nd report"}
        charts.show(chart, description=DESCRIPTION, table=users, source=[users, other, users])
        assert caption_of(shown) == (
            "Source: General Office of the State Council, 2023; CNNIC, 52nd report."
        )

    def test_says_first_that_data_are_synthetic(self, chart, users, shown):
        charts.show(chart, description=DESCRIPTION, table=users, source=users, synthetic=SYNTHETIC)
        assert caption_of(shown).startswith(
            "Synthetic data: calibrated to the census of 2020. Source: General Office"
        )

    def test_speaks_the_language_of_the_lesson(self, chart, users, shown):
        users.attrs["citation"] = "国务院办公厅，2023"
        i18n.set_language("zh")
        charts.show(
            chart,
            description="各年用户数的柱状图，从八亿上升到十亿以上。",
            table=users,
            source=users,
            synthetic="按2020年人口普查校准",
        )
        assert caption_of(shown) == "模拟数据：按2020年人口普查校准。来源：国务院办公厅，2023。"
        assert "<summary>数据表</summary>" in shown[1][0]["text/html"]

    def test_stands_under_the_plot_at_the_left(self, chart, users, shown):
        charts.show(chart, description=DESCRIPTION, table=users, source=users)
        title = spec_of(shown)["title"]
        assert (title["orient"], title["anchor"]) == ("bottom", "start")

    def test_is_no_wider_than_the_plot(self, chart, users, shown):
        users.attrs["citation"] = "国家统计局《中国统计年鉴》" * 9
        charts.show(chart, description=DESCRIPTION, table=users, source=users)
        lines = spec_of(shown)["title"]["text"]
        assert len(lines) > 1
        # A Chinese character is as wide as the face is large.
        assert max(map(len, lines[1:])) * charts.CAPTION_SIZE <= 400


class TestWrapping:
    def test_breaks_english_at_spaces_only(self):
        lines = charts.wrap_text("one two three four five six", 80, 10)
        assert " ".join(lines) == "one two three four five six"
        assert len(lines) > 1

    def test_loses_no_chinese_character(self):
        text = "国家统计局，《中国统计年鉴2023》；第七次全国人口普查公报（2021年5月）。"
        assert "".join(charts.wrap_text(text, 100, 10)) == text

    @pytest.mark.parametrize("width", range(40, 200, 7))
    def test_keeps_punctuation_with_its_word(self, width):
        text = "国家统计局，《中国统计年鉴》（2023年）；国务院办公厅。"
        for line in charts.wrap_text(text, width, 10):
            assert line[0] not in "，。；》）"
            assert line[-1] not in "《（"

    def test_long_title_is_broken_to_its_plot(self, chart, users, shown):
        charts.show(
            chart.properties(title="A title that is much longer than its plot is wide, as it were"),
            description=DESCRIPTION,
            table=users,
            source=users,
        )
        first, second = spec_of(shown)["vconcat"][0]["title"]["text"]
        assert abs(len(first) - len(second)) < 10, "one line is an orphan"


class TestTable:
    @pytest.fixture
    def html(self, chart, users, shown):
        def show(table):
            shown.clear()
            charts.show(chart, description=DESCRIPTION, table=table, source=users)
            return shown[1][0]["text/html"]

        return show

    def test_has_caption_and_scoped_headings(self, html, users):
        table = html(users)
        assert "<summary>The numbers as a table</summary>" in table
        assert "<caption>Users of the platform</caption>" in table
        assert re.search(r'<th scope="col"[^>]*>year</th>', table)
        assert re.search(r'<th scope="row"[^>]*>2021</th>', table)

    def test_says_how_many_rows_it_leaves_out(self, html):
        table = html(pd.DataFrame({"row": range(100), "square": [i**2 for i in range(100)]}))
        assert table.count("<tr>") == 61
        assert "40 more are not shown" in table

    def test_keeps_a_named_index_and_drops_a_counter(self, html, users):
        assert ">year</th>" in html(users.set_index("year"))
        assert ">index</th>" not in html(users)

    def test_text_is_escaped(self, html):
        assert "&lt;b&gt;" in html(pd.DataFrame({"name": ["<b>"], "n": [1]}))

    def test_several_levels_of_columns_are_refused(self, html):
        with pytest.raises(ValueError, match="several levels"):
            html(pd.DataFrame({("a", "b"): [1]}))

    @pytest.mark.parametrize(
        ("values", "written"),
        [
            ([2021, 2022], ["2021", "2022"]),
            ([5, 1_412_120_000], ["5", "1,412,120,000"]),
            ([0.8718, 0.87], ["0.8718", "0.8700"]),
            ([97.3, 98.0], ["97.3", "98.0"]),
            ([912.5, 1003.0], ["912.5", "1003.0"]),
            ([97.34567, 98.0], ["97.35", "98.00"]),
            ([1.0, math.nan], ["1", "–"]),
            ([-1.5, 0.0], ["−1.5", "0.0"]),
            ([1e-7, 1e3], ["1e−07", "1000"]),
            ([True, False], ["yes", "no"]),
            (["a", None], ["a", "–"]),
            ([pd.Timestamp("2023-07-01")], ["2023-07-01"]),
            ([pd.NA], ["–"]),
        ],
    )
    def test_numbers_are_written_for_a_reader(self, values, written):
        assert charts.format_column(pd.Series(values)) == written


# ------------------------------------------------------------------------------------- palette

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def oklab(colour, vision):
    """Oklab coordinates (Ottosson 2020) of a colour as it is seen."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    r, g, b = (max(0.0, sum(w * c for w, c in zip(row, linear, strict=True))) for row in vision)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


class TestPalette:
    @pytest.mark.parametrize("colour", [*charts.CATEGORY, charts.HIGHLIGHT, charts.MUTED])
    def test_marks_stand_out_on_white(self, colour):
        assert charts.contrast(colour, "#FFFFFF") >= 3

    @pytest.mark.parametrize("colour", [charts.INK, charts.SOFT_INK, charts.HIGHLIGHT])
    def test_text_is_readable_on_white(self, colour):
        assert charts.contrast(colour, "#FFFFFF") >= 4.5

    @pytest.mark.parametrize("vision", VISION)
    def test_categories_can_be_told_apart_in_every_vision(self, vision):
        for first, second in itertools.combinations(charts.CATEGORY, 2):
            distance = math.dist(oklab(first, VISION[vision]), oklab(second, VISION[vision]))
            assert distance > 0.08, f"{first} and {second}"

    @pytest.mark.parametrize("colours", [charts.RAMP, charts.ORDINAL])
    def test_ramps_grow_darker_at_every_step(self, colours):
        luminances = [charts.luminance(colour) for colour in colours]
        assert luminances == sorted(luminances, reverse=True)

    def test_theme_ends_in_faces_that_hold_chinese_and_reads_at_the_back_of_a_room(self):
        config = charts.theme()["config"]
        assert config["font"].startswith("'Noto Sans CJK SC', ")
        assert config["font"].endswith(", sans-serif")
        assert config["axis"]["labelFontSize"] >= 12
        assert config["axis"]["titleFontSize"] >= 13
        assert config["title"]["fontSize"] == 16


# ----------------------------------------------------------------------------------- tile grid


class TestTileGrid:
    @pytest.fixture
    def provinces(self):
        frame = pd.DataFrame(
            {
                "name": ["China (mainland total)", "Beijing", "Inner Mongolia", "Hainan"],
                "grid_row": [pd.NA, 1, 0, 3],
                "grid_col": [pd.NA, 5, 4, 4],
                "share": [0.65, 0.875, 0.6, None],
                "group": ["", "East", "West", "East"],
            }
        ).astype({"grid_row": "Int64", "grid_col": "Int64"})
        frame.attrs = {"citation": "census 2020", "labels": {"share": "Urban share"}}
        return frame

    def rows(self, chart):
        return next(iter(chart.to_dict()["datasets"].values()))

    def test_leaves_out_rows_without_a_place(self, provinces):
        chart = charts.tile_grid(provinces, value="share", title="Urban share")
        assert [row["name"] for row in self.rows(chart)] == provinces["name"].tolist()[1:]

    def test_long_names_take_two_lines(self, provinces):
        rows = self.rows(charts.tile_grid(provinces, value="share", title="Urban share"))
        assert rows[1]["label"] == ["Inner", "Mongolia"]

    @pytest.mark.parametrize("value", ["share", "group"])
    @pytest.mark.parametrize("highlight", [(), "Beijing"])
    def test_is_drawn_by_show(self, provinces, shown, value, highlight):
        chart = charts.tile_grid(provinces, value=value, title="Provinces", highlight=highlight)
        charts.show(chart, description=DESCRIPTION, table=provinces, source=provinces)
        svg = bundle_of(shown)["image/svg+xml"]
        assert ">Beijing</text>" in svg
        assert (">★</text>" in svg) is bool(highlight)

    def test_value_is_written_in_the_tile_and_a_missing_one_is_a_dash(self, provinces, shown):
        chart = charts.tile_grid(provinces, value="share", title="Share", number_format=".1%")
        charts.show(chart, description=DESCRIPTION, table=provinces, source=provinces)
        svg = bundle_of(shown)["image/svg+xml"]
        assert ">87.5%</text>" in svg
        assert ">–</text>" in svg

    @pytest.mark.parametrize("colours", [charts.RAMP, charts.DIVERGING])
    def test_labels_are_readable_on_every_fill(self, colours):
        for step in range(101):
            fill = charts._interpolate(colours, step / 100)
            assert charts.contrast(charts._readable_on(fill), fill) >= 4.5

    def test_midpoint_stands_in_the_middle_of_the_scale(self, provinces):
        chart = charts.tile_grid(provinces, value="share", title="Share", midpoint=0.8)
        scale = chart.to_dict()["layer"][0]["encoding"]["fill"]["condition"]["scale"]
        assert scale["domain"] == pytest.approx([0.6, 1.0])
        assert scale["range"] == list(charts.DIVERGING)

    def test_unknown_column_is_named(self, provinces):
        with pytest.raises(KeyError, match="no column urban"):
            charts.tile_grid(provinces, value="urban", title="Urban share")

    def test_unknown_province_is_named(self, provinces):
        with pytest.raises(ValueError, match="highlight = Bejing"):
            charts.tile_grid(provinces, value="share", title="Share", highlight="Bejing")

    def test_data_without_places_are_refused(self, provinces):
        with pytest.raises(ValueError, match="no row has a place"):
            charts.tile_grid(provinces.head(1), value="share", title="Share")
