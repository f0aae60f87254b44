"""What a legend tells by colour, a reader without colours can tell, too."""

import altair as alt
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from digigov import charts
from digigov.course.gates.colours import check_colours

DATA = pd.DataFrame(
    {
        "year": [2020, 2021, 2020, 2021],
        "users": [1, 2, 3, 4],
        "kind": ["seen", "seen", "guessed", "guessed"],
        "sign": ["●", "●", "○", "○"],
        "label": ["1", "2", "3", "4"],
    }
)
BARS = alt.Chart(DATA).mark_bar().encode(x="year:O", y="users:Q")
COLOUR = alt.Color("kind:N")


def far(*colours):
    return alt.Color("kind:N", scale=alt.Scale(domain=["seen", "guessed"], range=list(colours)))


def problems(chart):
    """What the gate says of a chart, as the theme of the course draws it."""
    charts.enable_theme()
    output = new_output("display_data", data={charts.VEGALITE_MIME: chart.to_dict()})
    return check_colours(new_notebook(cells=[new_code_cell("chart", outputs=[output])]))


@pytest.mark.parametrize(
    "chart",
    [
        BARS,
        BARS.encode(color="users:Q"),
        BARS.encode(color=alt.Color("kind:N", legend=None)),
        BARS.encode(color=alt.Color("kind:N", scale=None)),
        BARS.encode(color=far(*charts.TONES[:2])),
        BARS.encode(color=far("black", "white")),
        # Outlines may be alike where the fills differ.
        BARS.encode(fill=far(*charts.TONES[:2]), stroke=COLOUR),
        BARS.encode(color=COLOUR, xOffset="kind:N"),
        BARS.encode(color=COLOUR).facet("kind:N"),
        BARS.encode(color=COLOUR, row="kind:N"),
        alt.Chart(DATA).mark_line().encode(x="year:O", color=COLOUR, strokeDash="kind:N"),
        alt.Chart(DATA).mark_point().encode(x="year:O", color=COLOUR, shape="sign:N"),
        BARS.encode(color=COLOUR) + BARS.mark_text().encode(text="sign:N"),
        BARS.properties(data=DATA.head(2)).encode(color=COLOUR),
        BARS.properties(data=DATA.head(0)).encode(color=far(charts.HIGHLIGHT, charts.MUTED)),
    ],
)
def test_passes_what_is_told_in_another_way(chart):
    assert problems(chart) == []


@pytest.mark.parametrize(
    ("chart", "problem"),
    [
        (BARS.encode(color=COLOUR), "guessed and seen are 2.4:1 apart"),
        (BARS.encode(color=far(charts.HIGHLIGHT, charts.MUTED)), "seen and guessed are 1.4:1"),
        (BARS.encode(color=COLOUR) + BARS.mark_text().encode(text="label:N"), "2.4:1"),
        (BARS.encode(color=COLOUR) | BARS.encode(color=COLOUR, row="kind:N"), "2.4:1"),
        (BARS.encode(color=alt.Color("kind:N", scale=alt.Scale(scheme="set1"))), "colour alone"),
        (BARS.encode(color=far("red", "blue")), "write them as #RRGGBB"),
        (
            BARS.transform_calculate(kind="'guessed'")
            .properties(data=DATA.drop(columns="kind"))
            .encode(color=far(charts.HIGHLIGHT, charts.MUTED)),
            "1.4:1",
        ),
        (BARS.encode(color=alt.condition("datum.users > 1", COLOUR, alt.value("black"))), "2.4:1"),
    ],
)
def test_refuses_hue_alone(chart, problem):
    (found,) = problems(chart)
    assert found.startswith("cell 1: 'kind' is told by colour alone")
    assert problem in found


def test_tones_are_apart_in_lightness():
    dark, middle, pale = charts.TONES
    assert min(charts.contrast(dark, middle), charts.contrast(middle, pale)) >= 3
    assert charts.contrast(charts.HIGHLIGHT, pale) >= 3
    assert charts.contrast(charts.OUTLINE["stroke"], "#FFFFFF") >= 3


@pytest.mark.parametrize("ordered", [True, False])
def test_tiles_of_a_category_carry_a_symbol(ordered):
    data = pd.DataFrame(
        {"name": list("abc"), "grid_row": [0, 0, 0], "grid_col": [0, 1, 2], "level": list("xyz")}
    )
    data["level"] = pd.Categorical(data["level"], ordered=ordered)
    assert problems(charts.tile_grid(data, value="level", title="Levels")) == []
