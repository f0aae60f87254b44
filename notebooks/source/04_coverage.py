# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# One sentence, two figures: so many people hold a social security card, and that is such a share of the population.
# Between the two stands a third figure that nobody printed: the population itself.
#
# Which population was it?
# If we can find out, the sentence passes a test that its author never meant to take.
# If we cannot, we learn what two rounded figures are unable to say.

# %% [markdown] tags=["instructor"]
# Five minutes.
# Write both figures on the board and ask for the missing one before anyone opens a laptop.
# Most students divide and announce one exact number; keep that number on the board, you need it in the next section.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import coverage
from digigov.quantities import format_count

begin("04", globals(), edition="en")

# %% [markdown]
# ## What does a rounded figure say?
#
# A printed figure stands for every number that rounds to it.
# Here the count is trusted to `count_digits` digits and the share to `share_digits` decimals.
# **Predict:** which of the two leaves more room, relative to its size?
# Lesson 01 has a rule for it: one part in what the trusted digits spell.

# %%
count_interval = coverage.printed_count(count, count_digits)
share_interval = coverage.printed_share(share, share_digits)
pd.DataFrame(
    {
        _("holders, persons"): [f"{count_interval.low:,.0f}", f"{count_interval.high:,.0f}"],
        _("share, percent"): [f"{100 * share_interval.low:g}", f"{100 * share_interval.high:g}"],
    },
    index=pd.Index([_("lowest"), _("highest")], name=_("bound")),
)

# %%
count_room = count_interval.width / count_interval.midpoint
share_room = share_interval.width / share_interval.midpoint
say(
    _("The count leaves {count_room:.3%} of room, the share {share_room:.3%}: {wider}."),
    count_room=count_room,
    share_room=share_room,
    wider=_("the share is the looser figure")
    if share_room > count_room
    else _("the count is the looser figure"),
)

# %% tags=["check"]
claims = load("claims").set_index("claim_id")
assert claims.loc["C11", "value"] == 1_374_000_000, _("the claim's count has changed")
assert claims.loc["C01", ["value", "qualifier"]].tolist() == [1.4e9, "over"], _(
    "the article's population has changed"
)
assert claims.loc["C12", "value"] == 97.3, _("the claim's share has changed")

# %% [markdown]
# ## Which denominator did nobody print?
#
# Dividing the two intervals gives the interval of all populations for which both figures are right:
#
# $$ N \in \left[ \frac{count_{low}}{share_{high}},\ \frac{count_{high}}{share_{low}} \right] $$
#
# The lowest population pairs the smallest count with the largest share.

# %%
implied = coverage.implied_denominator(count_interval, share_interval)
say(
    _("The population lies between {low:count.5} and {high:count.5}: {width:count.2} apart."),
    low=implied.low,
    high=implied.high,
    width=implied.width,
)

# %% [markdown]
# Now the candidates.
# The statistics bureau publishes a national total for each year-end.
# The provinces add up to less: people in military service belong to the national total, but to no province.
# The article itself says only “over 1.4 billion”, and a lower bound cannot be refuted by a larger population; we try what happens if somebody divided by 1.4 billion sharp.

# %%
provinces = load("provinces").set_index("code").filter(regex=r"^pop_\d{4}") * 10_000
provinces.columns = provinces.columns.str.extract(r"(\d{4})", expand=False)
national, residents = provinces.loc["000000"], provinces.drop(index="000000").sum()
(national - residents).to_frame(_("national total minus the provinces, persons"))

# %%
populations = pd.concat([national.add_prefix("national_"), residents.add_prefix("provinces_")])
populations["stated"] = claims.loc["C01", "value"]
labels = {f"national_{year}": _("national, end of {year}").format(year=year) for year in national.index}
labels |= {f"provinces_{year}": _("provinces, end of {year}").format(year=year) for year in national.index}
labels["stated"] = _("1.4 billion sharp")

# %% [markdown]
# **Predict:** which of the candidates can the two figures rule out?

# %%
solution = coverage.solve(count_interval, share_interval, populations[candidates])
solution["label"] = solution.index.map(labels)
survivors = solution.query("survives")
solution.set_index("label")[["denominator", "share_low", "share_high", "survives"]].rename_axis(
    _("candidate")
)

# %%
say(
    _("{survivors} of {n} candidates survive: {names}.")
    if len(survivors)
    else _(
        "None of the {n} candidates survives: the two figures and these populations contradict each other."
    ),
    survivors=len(survivors),
    n=len(solution),
    names=_("; ").join(survivors["label"]),
)

# %%
answers = {True: _("possible"), False: _("ruled out")}
points = solution.assign(status=solution["survives"].map(answers))
ends = [implied.low, implied.high, *points["denominator"]]
room = 0.05 * (max(ends) - min(ends))
scale = alt.Scale(domain=[min(ends) - room, max(ends) + room], nice=False)

# %% [markdown]
# First the band of what fits, then the candidates on top of it.

# %%
band = (
    alt.Chart(pd.DataFrame({"low": [implied.low], "high": [implied.high]}))
    .mark_rect(color=charts.HIGHLIGHT, opacity=0.25)
    .encode(x=alt.X("low:Q", scale=scale, axis=charts.count_axis(_("population, persons"))), x2="high:Q")
)

# %%
domain = list(answers.values())
colours = alt.Scale(domain=domain, range=[charts.HIGHLIGHT, charts.MUTED])
shapes = alt.Scale(domain=domain, range=["circle", "cross"])
dots = (
    alt.Chart(points)
    .mark_point(size=130, opacity=1)
    .encode(
        x=alt.X("denominator:Q", scale=scale),
        y=alt.Y("label:N", sort=None, title=None),
        shape=alt.Shape("status:N", title=_("candidate"), scale=shapes),
        color=alt.Color("status:N", title=_("candidate"), scale=colours),
        tooltip=["label:N", alt.Tooltip("denominator:Q", format=",.0f")],
    )
)

# %%
show(
    (band + dots).properties(
        width=460, height=30 * len(points), title=_("Only a population inside the band fits both figures")
    ),
    description=_(
        "Dot plot of {n} candidate populations against a shaded band of the populations that fit "
        "both printed figures. {inside} of them lie inside the band, {outside} outside."
    ).format(n=len(points), inside=len(survivors), outside=len(points) - len(survivors)),
    table=points[["label", "denominator", "status"]].set_axis(
        [_("candidate"), _("persons"), _("result")], axis="columns"
    ),
    source=[load("provinces"), claims],
)

# %% tags=["check"]
default = coverage.solve(coverage.printed_count(1.374e9, 4), coverage.printed_share(97.3, 1), populations)
three = {"national_2020", "national_2021", "national_2022"}
assert set(default.query("survives").index) == three, _("other candidates survive")

# %% [markdown]
# *About 20 minutes to here.*
#
# **Try it:** set `share_digits` to 0, or `candidates` to the five sums of the provinces, and run the lesson again.

# %% [markdown] tags=["instructor"]
# Students expect one answer and get three.
# Ask who is disappointed, and why: the check was worth making because it could have failed, and all sums of the provinces do fail it.
# With whole percent everything survives; a check that nothing can fail is worth nothing.

# %% [markdown]
# ## How many digits would have decided it?
#
# The candidates differ by less than the rounding hides.
# Suppose the denominator was the latest published at the time, the end of 2022, and the figures had been printed with more digits.
# **Predict:** which helps more, another digit of the count or another decimal of the share?

# %%
digits = coverage.survivors_by_digits(count, national["2022"], populations.filter(like="national_"))
enough = digits.query("survivors == 1")
digits.pivot(index="decimals", columns="significant_digits", values="survivors").rename_axis(
    index=_("decimals"), columns=_("significant digits")
)

# %%
grid = alt.Chart(digits).encode(
    x=alt.X("significant_digits:O", title=_("significant digits of the count")),
    y=alt.Y("decimals:O", title=_("decimals of the share")),
)
tiles = grid.mark_rect().encode(color=alt.Color("survivors:O", title=_("years still possible")))
ink = alt.condition("datum.survivors > 2", alt.value("white"), alt.value("black"))
numbers = grid.mark_text(fontSize=14, fontWeight="bold").encode(text="survivors:Q", color=ink)

# %%
show(
    (tiles + numbers).properties(width=420, height=200, title=_("Both figures have to be sharp")),
    description=_(
        "Heat map of how many of five year-end populations remain possible, by significant digits of "
        "the count and decimals of the share. {enough} of {n} combinations leave exactly one."
    ).format(enough=len(enough), n=len(digits)),
    table=digits.set_axis(
        [_("significant digits"), _("decimals"), _("years still possible")], axis="columns"
    ),
    source=load("provinces"),
)

# %% tags=["check"]
assert national.index.max() > "2022", _("the end of 2022 is the last year in the table")

# %%
coarsest = enough.sort_values(["decimals", "significant_digits"]).head(1)
say(
    _("The coarsest print that decides: {digits} digits of the count and {decimals} decimals of the share.")
    if len(enough)
    else _("No print up to eight digits and four decimals decides it."),
    digits=coarsest["significant_digits"].sum(),
    decimals=coarsest["decimals"].sum(),
)

# %% [markdown]
# ## Was it the same denominator every time?
#
# The ministry has printed such pairs before and since, and every pair implies a population of its own.
# A hypothesis worth testing: the denominator is always the population at the end of the *year before*.
# **Predict:** does it hold for every pair that our data can test?
#
# We have not seen these prints, only their values, so a trailing zero is not trusted: 98.0 may have been printed as 98.

# %%
cards = load("platform_series").query("entity == 'social_security_card' and qualifier == 'exact'")
pairs = cards.pivot(index="period", columns="metric", values="value")[
    ["holders", "population_coverage"]
].dropna()


def implied_by(pair):
    digits, _decimals = coverage.trusted_digits(pair["holders"])
    _digits, decimals = coverage.trusted_digits(pair["population_coverage"])
    holders = coverage.printed_count(pair["holders"], digits)
    return coverage.implied_denominator(
        holders, coverage.printed_share(pair["population_coverage"], decimals)
    )


intervals = pairs.apply(implied_by, axis="columns")
pairs["low"], pairs["high"] = intervals.map(lambda i: i.low), intervals.map(lambda i: i.high)

# %%
pairs["year_before"] = (pairs.index.str[:4].astype(int) - 1).astype(str).map(national)
testable = pairs.dropna(subset="year_before")
fits = testable["year_before"].between(testable["low"], testable["high"])
say(
    _("Of {n} printed pairs our table can test {tested}; {fits} of these fit the year before."),
    n=len(pairs),
    tested=len(testable),
    fits=int(fits.sum()),
)

# %%
date = alt.Y("period:N", title=_("date of the pair"))
implied_axis = charts.count_axis(_("implied population, persons"))
bars = (
    alt.Chart(pairs.reset_index())
    .mark_rule(strokeWidth=9, color=charts.HIGHLIGHT, opacity=0.5)
    .encode(y=date, x=alt.X("low:Q", scale=alt.Scale(zero=False), axis=implied_axis), x2="high:Q")
)
diamonds = (
    alt.Chart(testable.reset_index())
    .mark_point(shape="diamond", size=120, color="black", opacity=1)
    .encode(y=date, x="year_before:Q")
)

# %%
show(
    (bars + diamonds).properties(
        width=460,
        height=34 * len(pairs),
        title=_("What each pair implies (bar), and the population a year-end earlier (diamond)"),
    ),
    description=_(
        "Range chart: for each of {n} dates a bar of the populations that fit the printed holders and "
        "share, and a diamond for the national population a year-end earlier where known. {fits} of "
        "{tested} diamonds lie on their bar."
    ).format(n=len(pairs), fits=fits.sum(), tested=len(testable)),
    table=pairs.reset_index().set_axis(
        [_("date"), _("holders"), _("percent"), _("implied, low"), _("implied, high"), _("year before")],
        axis="columns",
    ),
    source=[load("platform_series"), load("provinces")],
)

# %% [markdown]
# The pair of September 2024 is the sharpest: it fits the end of 2023 and no other year-end.
# Those of 2019 and October 2020 imply fewer people than any year-end in our table, which starts with the census of 2020: it cannot test them.

# %% tags=["check"]
september = coverage.solve(coverage.printed_count(1.386e9, 4), coverage.printed_share(98.3, 1), national)
assert list(september.query("survives").index) == ["2023"], _("the pair of September 2024 no longer decides")
assert pairs.loc["2024-09", ["holders", "population_coverage"]].tolist() == [1.386e9, 98.3], _(
    "the pair of September 2024 has changed"
)
early = list(pairs.index[pairs["high"] < national.min()])
assert early == ["2019-04", "2020-10"], _("other pairs lie below every year-end")

# %% [markdown]
# The count has neighbours too: 1.352 billion holders are reported for the end of 2021 and 1.379 billion for the end of 2023.
# **Predict:** on a straight line between the two, how many are there at the end of July 2023?

# %%
neighbours = cards[cards["metric"] == "holders"].set_index("period")["value"][["2021-12", "2023-12"]]
between = np.interp(19, [0, 24], neighbours)  # months since the end of 2021
say(
    _("The line passes {between:count.4} holders in July 2023; the count of the lesson is {gap:count.4} away from it."),
    between=between, gap=abs(count - between),
)  # fmt: skip

# %% [markdown]
# For the claim that is support, though not from outside: all three figures go back to one ministry.

# %% tags=["check"]
assert neighbours.tolist() == [1.352e9, 1.379e9], _("the neighbours of the count have changed")
assert abs(claims.loc["C11", "value"] - between) < 1e6, _("the claim's count does not fit its neighbours")

# %% [markdown]
# *About 35 minutes to here.*
#
# ## Who are the rest, and what was counted?
#
# Take the population at the end of 2022 and subtract.
# But a register counts *cards that were issued to holders*: a second card, a holder who has died, a holder abroad are entries too.
# **Predict:** if one entry in fifty is of that kind, what happens to the coverage?

# %%
rest = national["2022"] - count
miscounted = coverage.person_coverage(count, national["2022"], np.linspace(0, 0.1, 41))
at_two_percent = coverage.person_coverage(count, national["2022"], np.array([0.02]))["coverage"].item()
say(
    _(
        "On paper {rest:count} people have no card; with two percent of miscounted entries coverage is {coverage:.1f} %."
    )
    if rest >= 0
    else _("There are {surplus:count} more holders than people: some entries must be miscounted."),
    rest=rest,
    surplus=-rest,
    coverage=at_two_percent,
)

# %%
slider = alt.binding_range(min=0, max=10, step=0.25, name=_("miscounted entries, percent:"))
assumed = alt.param(name="assumed", value=2, bind=slider)
line = (
    alt.Chart(miscounted)
    .mark_line()
    .encode(
        x=alt.X("miscounted:Q", title=_("miscounted entries, percent of holders")),
        y=alt.Y("coverage:Q", scale=alt.Scale(zero=False), title=_("residents with a card, percent")),
    )
)
chosen = line.transform_filter("abs(datum.miscounted - assumed) < 0.01")
dot = chosen.mark_point(size=160, color=charts.HIGHLIGHT, opacity=1)
label = chosen.mark_text(dx=12, dy=-12, align="left", fontSize=14).encode(
    text=alt.Text("coverage:Q", format=".1f")
)

# %%
show(
    (line + dot + label)
    .add_params(assumed)
    .properties(width=460, height=240, title=_("The same printed figures, very different coverage")),
    description=_(
        "Line chart of the share of residents who really hold a card against the share of miscounted "
        "entries: it falls from {start:.1f} percent with none to {end:.1f} percent with one entry in ten. "
        "A slider moves the marked point."
    ).format(start=miscounted["coverage"].iloc[0], end=miscounted["coverage"].iloc[-1]),
    table=miscounted.iloc[::4].set_axis([_("miscounted, percent"), _("coverage, percent")], axis="columns"),
    source=[claims, load("provinces")],
    synthetic=_("the share of miscounted entries is assumed; no source gives it"),
)

# %% [markdown]
# If the share was computed from the count, as is likely, the two agree however many entries are miscounted.
# Statisticians say that the coverage of persons is *not identified* by the two figures: different worlds print the same sentence.

# %% [markdown] tags=["instructor"]
# The word *identified* is the one to take home.
# Ask for data that would identify the coverage: a household survey, or a match of the register with deaths and departures.
# Answer to the prediction: one entry in fifty costs about two points, more than everything the rounding hides.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “it adds up, so it is true”
#
# A share that is computed from a count always adds up with it.
# The check shows that a real population fits between the two, not that each holder exists once, nor that anybody uses the card.
# At the end of 2023 the electronic card, the one that works online, had 962 million holders.

# %% tags=["check"]
electronic = load("platform_series").query(
    "entity == 'electronic_social_security_card' and metric == 'holders' and period == '2023-12'"
)
assert electronic["value"].item() == 962_000_000, _("the number of electronic cards has changed")

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
is_claim = count == claims.loc["C11", "value"] and share == claims.loc["C12", "value"]
verdict(
    [
        {
            "claim": _("{count} holders are {share} % of the population").format(
                count=format_count(count, 9), share=share
            ),
            "finding": _("consistent with {names}").format(names=_("; ").join(survivors["label"]))
            if len(survivors)
            else _("inconsistent with every candidate"),
            "confidence": _("high: arithmetic")
            if is_claim
            else _("high for the arithmetic; these are not the figures of the claim"),
            "missing": _("the population that was used"),
        },
        {
            "claim": _("{count} people held a card in July 2023").format(count=format_count(count, 9)),
            "finding": _("{gap} from the line between the reports of 2021 and 2023").format(
                gap=format_count(abs(count - between), 4)
            ),
            "confidence": _("moderate: it fits its neighbours, but all come from one ministry")
            if is_claim
            else _("none: this is not the figure of the claim"),
            "missing": _("a count by somebody else"),
        },
        {
            "claim": _("the ministry divides by the population a year-end earlier"),
            "finding": _("{fits} of {tested} pairs that can be tested fit").format(
                fits=fits.sum(), tested=len(testable)
            ),
            "confidence": _("moderate: only the pair of September 2024 fits no other year-end"),
            "missing": _("prints with more digits, and populations before 2020"),
        },
        {
            "claim": _("that share of the people have a card"),
            "finding": _("not decided: the register counts entries, not persons"),
            "confidence": _("cannot be judged from these figures"),
            "missing": _("duplicates, deaths and departures in the register"),
        },
    ]
)

# %% tags=["results"]
record(
    count_low=count_interval.low,
    count_high=count_interval.high,
    share_low=share_interval.low,
    share_high=share_interval.high,
    implied_low=implied.low,
    implied_high=implied.high,
    n_candidates=len(solution),
    survivors=sorted(survivors.index),
    deciding_combinations=len(enough),
    pairs=len(pairs),
    pairs_testable=len(testable),
    pairs_fitting=int(fits.sum()),
    line_between_neighbours=between,
    rest_2022=rest,
    coverage_at_two_percent=at_two_percent,
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
