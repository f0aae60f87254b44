# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# At the end of 2022, says the article, one platform had more than a billion real-name users and had been used more than 85 billion times.
# Of the billion, 808 million were registered at the national portal.
#
# Nobody has a feeling for a billion.
# So we ask it small questions: a billion of whom, since when, at whose door, and how many of them twice?
#
# One figure of this lesson has a twin.
# Write it down when you meet it.

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask everyone to write down what they think a *user* is: somebody who came once, who comes every month, or who only has an account.
# Collect three answers and leave them on the board.
# If somebody spots the twin early, ask them to keep it until the fourth section.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import users
from digigov.quantities import format_count

begin("03", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
series, internet, provinces = load("platform_series"), load("internet"), load("provinces")
people = users.denominators(provinces, internet)

# %% tags=["check"]
ours = claims.loc[["C03", "C04", "C05"]]
assert ours["value"].tolist() == [1e9, 85e9, 808e6], _("the article's figures have changed")
assert ours["qualifier"].tolist() == ["over", "over", "exact"], _("the article's words have changed")
assert ours["as_of"].eq("2022-12").all(), _("the article's date has changed")

# %% [markdown]
# ## A billion of whom?
#
# A count becomes a share when somebody names a denominator; the article names none.
# Here are four populations of the end of 2022.
# The last is a survey: people who *said* that they use government services online.
#
# **Predict:** of which of them is a billion more than 100 %?

# %%
labels = {
    "population": _("population"),
    "aged_15_plus": _("people aged 15 and over"),
    "internet_users": _("internet users"),
    "survey": _("people who say they use such services"),
}
said = internet.query("metric == 'egov_service_users' and period == '2022-12'")["value"].item()
bases = pd.concat([people.loc[2022], pd.Series({"survey": said})])
billion = claims.loc["C03", "value"]
held = pd.DataFrame({"persons": bases, "percent": 100 * billion / bases, "base": bases.index.map(labels)})

# %%
bars = alt.Chart(held).encode(
    x=alt.X("percent:Q", title=_("one billion users, percent of the base")).scale(domain=[0, 125]),
    y=alt.Y("base:N", sort=None, title=None).axis(labelLimit=260),
)
chosen = alt.condition(
    alt.datum.base == labels[denominator], alt.value(charts.HIGHLIGHT), alt.value(charts.CATEGORY[0])
)
bar = bars.mark_bar(height=20).encode(color=chosen)
number = bars.mark_text(align="right", dx=-6, color="white", fontWeight="bold")
number = number.encode(text=alt.Text("percent:Q", format=".1f"))
hundred = alt.Chart(pd.DataFrame({"limit": [100]})).mark_rule(strokeDash=[4, 3]).encode(x="limit:Q")

# %%
show(
    (bar + hundred + number).properties(
        width=360, height=150, title=_("The same billion, four denominators")
    ),
    description=_(
        "Bar chart of one billion users as a percentage of four populations at the end of 2022, with a "
        "dashed line at 100: {shares}. The chosen denominator is highlighted."
    ).format(shares=_("; ").join(f"{row.base} {row.percent:.1f}" for row in held.itertuples())),
    table=held[["base", "persons", "percent"]]
    .round(1)
    .set_axis([_("base"), _("persons"), _("percent")], axis="columns"),
    source=[claims, provinces, internet],
)

# %%
share = held.loc[denominator, "percent"]
say(
    _(
        "Against the denominator of this run ({base}), the users are at least {share:.1f} %. The survey found "
        "{said:count} people who use such services: {fewer:count.2} fewer than the platform has users."
    ),
    base=labels[denominator],
    share=share,
    said=said,
    fewer=billion - said,
)

# %% [markdown]
# The platform counts the names that it has ever verified; the survey counts people by what they say they do.
# A ratio of the two can pass 100 % and is no share of anything.
# The other three can serve, each with a reservation: no source says from what age one may register, or whether somebody offline is registered at a counter.

# %% tags=["check"]
assert held["percent"].gt(100).tolist() == [False, False, False, True], _("another base is passed")

# %% [markdown] tags=["instructor"]
# People aged 15 and over is our own construction: the national total less the share aged 0 to 14 in the census of November 2020, taken as constant.
# Ask which denominator a ministry would choose, which an opponent, and what both would have to print beside it.

# %% [markdown]
# ## How fast did it grow?
#
# Here are all reports that count users of the whole platform, the article among them.
# **Predict:** in how many months did the users double in spring 2020, and in how many months since the end of 2021?

# %%
whole, national = "national_integrated_platform", "national_gov_service_platform"
printed = series[series["entity"].isin([whole, national]) & series["unit"].eq("persons")]
article = claims.loc[["C03", "C05"]].assign(entity=[whole, national], source_id=_("the article"))
article = article.rename(columns={"as_of": "period"})[["entity", "metric", "period", "value", "qualifier"]]
counted = pd.concat([printed, article], ignore_index=True)
# A figure of a year without a month is read as that of its end.
counted["month"] = counted["period"].where(counted["period"].str.len() == 7, counted["period"] + "-12")
counted["date"] = pd.to_datetime(counted["month"]) + pd.offsets.MonthEnd(0)

# %% tags=["hide"]
words = {"exact": "{}", "about": _("about {}"), "over": _("over {}")}
kinds = {"registered_users": _("registered users"), "real_name_users": _("real-name users")}
counted["printed"] = [words[row.qualifier].format(format_count(row.value)) for row in counted.itertuples()]
counted["kind"] = counted["metric"].map(kinds)


def months_between(first, last):
    return 12 * (last.year - first.year) + last.month - first.month


# %%
grown = counted[counted["entity"] == whole].sort_values("date").reset_index(drop=True)
steps = grown.assign(date_next=grown["date"].shift(-1), value_next=grown["value"].shift(-1)).iloc[:-1]
steps["months"] = [months_between(row.date, row.date_next) for row in steps.itertuples()]
steps["doubling"] = [users.doubling_time(row.value, row.value_next, row.months) for row in steps.itertuples()]
steps["says"] = [
    _("{:.1f} months").format(months) if np.isfinite(months) else _("never") for months in steps["doubling"]
]

# %%
steps[["month", "printed", "months", "says"]].set_axis(
    [_("from"), _("users printed"), _("months to the next figure"), _("time to double at that pace")],
    axis="columns",
).set_index(_("from"))

# %% tags=["hide"]
shape = alt.Scale(domain=list(kinds.values()), range=["circle", "diamond"])
colour = alt.Scale(domain=list(kinds.values()), range=list(charts.CATEGORY[:2]))
time = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))
level = alt.Y("value:Q", axis=charts.count_axis(_("users (log scale)"), values=[1e8, 2e8, 5e8, 1e9, 2e9]))
level = level.scale(type="log", domain=[8e7, 2e9])
path = alt.Chart(grown).mark_line(color=charts.MUTED, strokeDash=[4, 3]).encode(x=time, y=level)
dots = (
    alt.Chart(grown)
    .mark_point(size=120, opacity=1)
    .encode(
        x=time,
        y=level,
        shape=alt.Shape("kind:N", title=_("counted are"), scale=shape),
        color=alt.Color("kind:N", title=_("counted are"), scale=colour),
    )
)

# %% tags=["hide"]
middle = steps.assign(
    date=steps["date"] + (steps["date_next"] - steps["date"]) / 2,
    value=np.sqrt(steps["value"] * steps["value_next"]),
)
steep = alt.Chart(middle.iloc[:2]).mark_text(align="left", dx=10, dy=4).encode(x=time, y=level, text="says:N")
flat = alt.Chart(middle.iloc[2:]).mark_text(dy=20).encode(x=time, y=level, text="says:N")

# %%
show(
    (path + dots + steep + flat).properties(
        width=480, height=280, title=_("Time to double: from one month to never")
    ),
    description=_(
        "Line chart on a log scale of {n} printed numbers of users of the whole platform, {first} to {last}, "
        "circles for registered and diamonds for real-name users. The line rises steeply in 2020 and is "
        "almost flat from the end of 2021. Beside each piece stands its doubling time."
    ).format(n=len(grown), first=grown["month"].iloc[0], last=grown["month"].iloc[-1]),
    table=grown[["month", "printed", "kind"]].set_axis(
        [_("date"), _("users printed"), _("counted are")], axis="columns"
    ),
    source=[series, claims],
)

# %% [markdown]
# The steepest piece need not be growth at all.
# Its two figures were printed one day apart, and neither report says which platform it counts.
# The next piece begins with *registered* and ends with *real-name* users, whose identity was verified.
#
# One definition holds from December 2020.
# From then on, most figures are bounds: *over* a billion is a billion, or anything above it.
# **Predict:** the article prints for December 2022 what was printed for December 2021.
# Which doubling times does that allow?

# %%
same = grown[grown["metric"] == "real_name_users"].reset_index(drop=True)
room = same["date"].dt.year.map(people[denominator]) - same["value"]
same["reading"] = [users.reading(row.value, row.qualifier, room[row.Index]) for row in same.itertuples()]
allowed = [
    users.doubling_interval(first.reading, last.reading, months_between(first.date, last.date))
    for first, last in zip(same.iloc[:-1].itertuples(), same.iloc[1:].itertuples(), strict=True)
]
pd.DataFrame(
    {
        _("doubles at the earliest in, months"): [f"{interval.low:.0f}" for interval in allowed],
        _("at the latest in, months"): [
            f"{i.high:.0f}" if np.isfinite(i.high) else _("never") for i in allowed
        ],
    },
    index=pd.Index(same["month"].str.cat(same["month"].shift(-1), sep=" – ").iloc[:-1], name=_("period")),
)

# %%
say(
    _(
        "From December 2020 to December 2021 the prints allow doubling in {low:.0f} to {high:.0f} months. "
        "For the year 2022 they allow anything from {fastest:.0f} months to never: no growth can be read "
        "from two equal bounds."
    ),
    low=allowed[0].low,
    high=allowed[0].high,
    fastest=allowed[1].low,
)

# %% [markdown]
# The earliest doubling takes for granted that no more than everybody in the denominator is a user.
# The latest takes for granted that the number did not fall.
#
# *About 30 minutes to here.*

# %% tags=["check"]
real_names = [("2020-12", 809e6), ("2021-12", 1e9), ("2022-12", 1e9), ("2024-12", 1.08e9)]
assert list(zip(same["month"], same["value"], strict=True)) == real_names, _(
    "the real-name users have changed"
)
assert steps["doubling"].is_monotonic_increasing is False, _("the doubling time only rises")
assert steps["doubling"].iloc[0] < 2 and np.isinf(steps["doubling"].iloc[3]), _("the pace has changed")
assert np.isinf(allowed[1].high), _("two equal bounds show growth")

# %% [markdown] tags=["instructor"]
# Ask for a headline for spring 2020 from somebody who did not read the fine print: *users triple in two months*.
# Then ask what would make it true.
# Students accept a lower bound as a measurement because it is printed like one.

# %% [markdown]
# ## Can it go on?
#
# A doubling time says how fast; it does not say for how long.
# With $U$ users among $D$ people, the doublings that are left are
#
# $$ \log_2 \frac{D}{U} $$
#
# **Predict:** how many doublings are left at the end of 2022: more than one, about one, or at most a half?

# %%
saturation = same[["date", "value"]].assign(year=same["date"].dt.year)
saturation = saturation.merge(people.reset_index(), on="year")
saturation = saturation.melt(["date", "year", "value"], var_name="key", value_name="persons")
saturation["percent"] = 100 * saturation["value"] / saturation["persons"]
saturation["base"] = saturation["key"].map(labels)
left = np.log2(people.loc[2022] / billion)
left.rename(labels).round(2).to_frame(_("doublings left")).rename_axis(_("denominator"))

# %% tags=["hide"]
known = [labels[key] for key in people.columns]
year_ends = [alt.DateTime(year=int(year), month=12, date=31) for year in people.index]
dashes = alt.Scale(domain=known, range=[[1, 0], [6, 3], [2, 3]])
hues = alt.Scale(domain=known, range=[charts.CATEGORY[0], charts.CATEGORY[2], charts.CATEGORY[1]])
lines = alt.Chart(saturation).encode(
    x=alt.X("date:T", title=None, axis=alt.Axis(format="%Y-%m", values=year_ends)),
    y=alt.Y("percent:Q", title=_("real-name users, percent at least")).scale(domain=[50, 105]),
    color=alt.Color("base:N", title=_("percent of"), scale=hues),
    strokeDash=alt.StrokeDash("base:N", title=_("percent of"), scale=dashes),
    opacity=alt.condition(alt.datum.key == denominator, alt.value(1), alt.value(0.55)),
)
line = lines.mark_line(strokeWidth=3)
arrows = lines.transform_filter("datum.year > 2020").mark_point(shape="triangle-up", size=120)
full = alt.Chart(pd.DataFrame({"limit": [100]})).mark_rule(strokeDash=[4, 3]).encode(y="limit:Q")

# %%
show(
    (line + arrows + full).properties(
        width=440, height=250, title=_("Little room is left above (triangle: at least)")
    ),
    description=_(
        "Line chart of the printed real-name users as a percentage of three denominators, December 2020 to "
        "2024, with a dashed line at 100. Against internet users they are at least {internet:.1f} percent at "
        "the end of 2022, against the population {population:.1f}. All but the first figure are lower bounds."
    ).format(internet=held.loc["internet_users", "percent"], population=held.loc["population", "percent"]),
    table=saturation.pivot(index="year", columns="base", values="percent")[known]
    .round(1)
    .rename_axis(index=_("end of"), columns=None)
    .reset_index(),
    source=[series, claims, provinces, internet],
)

# %%
by_year = saturation[saturation["key"] == denominator].set_index("year")["percent"]
say(
    _(
        "Against the denominator of this run ({base}), {left:.2f} doublings are left. Saturation was at least "
        "{share:.1f} % at the end of 2022."
    ),
    base=labels[denominator],
    left=left[denominator],
    share=by_year[2022],
)
if by_year[2022] < by_year[2021] - 0.1:
    say(
        _(
            "A year before it was {before:.1f} %: nobody left, the bound stood still while the denominator grew."
        ),
        before=by_year[2021],
    )

# %% [markdown]
# Close to saturation a doubling time answers a question that nobody should ask any more.
# What to ask instead: who is not in, and why?

# %% tags=["check"]
assert left.between(0, 0.5).all(), _("another number of doublings is left")

# %% [markdown]
# ## At whose door?
#
# The platform is a federation: one national portal, and the portals of the provinces.
# These are all reports that name the *national portal*, the article among them.
#
# **Predict:** read down the column.
# What happened to the users of the portal, and is there a number that you have seen before?

# %%
portal = counted[counted["entity"] == national].sort_values("date")
portal[["month", "printed", "kind"]].set_axis(
    [_("date"), _("users printed"), _("counted are")], axis="columns"
).set_index(_("date"))

# %% [markdown]
# A register that loses half of its names and finds them again deserves a question.
# The twin suggests which: the 809 million of December 2020 are printed twice, once for the portal, once for the whole platform.
# Perhaps some report gave the figure of one to the other.
#
# Two rules should hold: a number of accounts does not fall, and the part never has more users than the whole, then or later.
# **Try it:** with the three switches below, name each doubtful figure anew until no line falls and the part stays below the whole.
# How many of the eight ways are there?

# %%
doubtful = {"2020-12": 0, "2022-12": 1, "2023-03": 2}
clues = counted[counted["date"] >= "2020-12"]
clues = clues[~((clues["entity"] == whole) & (clues["month"] == "2020-12"))].copy()
is_doubtful = (clues["entity"] == national) & clues["month"].isin(doubtful)
clues["platform"] = clues["entity"].map({whole: users.WHOLE, national: users.NATIONAL})
clues["platform"] = clues["platform"].mask(is_doubtful, users.OPEN)
clues["name"] = clues["printed"] + _(", ") + clues["month"]
clues = clues.sort_values("date")

# %% tags=["hide"]
platforms = {users.NATIONAL: _("national portal"), users.WHOLE: _("whole platform")}
names = clues.loc[clues["platform"] == users.OPEN, "name"].tolist()
switches = [
    alt.param(
        name=f"naming_{i}",
        value=users.NATIONAL,
        bind=alt.binding_radio(options=list(platforms), labels=list(platforms.values()), name=f"{name}: "),
    )
    for i, name in enumerate(names)
]
clues["switch"] = clues["month"].map(doubtful).where(clues["platform"] == users.OPEN, -1)

# %% tags=["hide"]
by_switch = "datum.switch == 0 ? naming_0 : datum.switch == 1 ? naming_1 : datum.switch == 2 ? naming_2 : datum.platform"
spelt = f"({by_switch}) == '{users.NATIONAL}' ? {platforms[users.NATIONAL]!r} : {platforms[users.WHOLE]!r}"
order = list(platforms.values())
map_of = alt.Chart(clues[["date", "value", "printed", "platform", "switch"]]).transform_calculate(named=spelt)
map_of = map_of.encode(
    x=alt.X("date:T", title=None, axis=alt.Axis(format="%Y-%m", values=year_ends)).scale(
        domain=["2020-09-01", "2025-04-30"]
    ),
    y=alt.Y("value:Q", axis=charts.count_axis(_("users"))).scale(domain=[0, 1.25e9], nice=False),
)

# %% tags=["hide"]
palette = alt.Scale(domain=order, range=[charts.HIGHLIGHT, charts.CATEGORY[0]])
forms = alt.Scale(domain=order, range=["circle", "square"])
title = _("said to be of the")
line = map_of.mark_line(strokeWidth=2.5, opacity=0.7).encode(
    color=alt.Color("named:N", title=title, scale=palette)
)
dots = map_of.mark_point(size=120, opacity=1).encode(
    color=alt.Color("named:N", title=title, scale=palette),
    shape=alt.Shape("named:N", title=title, scale=forms),
)
above = map_of.transform_filter(f"datum.switch == 0 || datum.platform == '{users.WHOLE}'")
below = map_of.transform_filter(f"datum.platform == '{users.NATIONAL}'").mark_text(dy=18)
beside = map_of.transform_filter("datum.switch > 0").mark_text(align="left", dx=10, dy=11)
texts = [mark.encode(text="printed:N") for mark in (above.mark_text(dy=-15), below, beside)]

# %%
show(
    alt.layer(line, dots, *texts)
    .add_params(*switches)
    .properties(width=500, height=270, title=_("Which naming lets no line fall?")),
    description=_(
        "Line chart of users over time, December 2020 to December 2024, one line for the national portal and "
        "one for the whole platform. With all three doubtful figures given to the portal, its line "
        "falls from {first} to {second} and rises again. Three switches give each of them to the other line."
    ).format(first=portal["printed"].iloc[0], second=portal["printed"].iloc[1]),
    table=clues[["month", "printed", "platform"]]
    .replace({"platform": {**platforms, users.OPEN: _("doubtful")}})
    .set_axis([_("date"), _("users printed"), _("platform")], axis="columns"),
    source=[series, claims],
)

# %% [markdown]
# Eight ways can be counted by machine, and each given its worst contradiction, in persons.
# *Over 400 million* is read twice: as at least so many, which is all that it guarantees, and as less than 500 million, which is what it says to a reader.

# %%
tested = {}
for column, step in {_("literally"): np.inf, _("as a reader does"): 1e8}.items():
    bounds = [users.reading(row.value, row.qualifier, step) for row in clues.itertuples()]
    limits = {"low": [bound.low for bound in bounds], "high": [bound.high for bound in bounds]}
    tested[column] = users.attributions(clues.assign(**limits).set_index("name"))
excess = pd.DataFrame({column: table["excess"] for column, table in tested.items()})
ways = tested[column][names]

# %%
listing = ways.replace(platforms).join(excess.map("{:,.0f}".format))
listing.set_axis(range(1, len(ways) + 1)).rename_axis(_("way"))

# %%
possible = ways[excess.eq(0).all(axis="columns")]
settled = [name for name in names if len(set(possible[name])) == 1]
open_still = [name for name in names if name not in settled]
say(
    _("{n} of {all} ways contradict nothing. They agree on {settled}. They leave open: {left}."),
    n=len(possible),
    all=len(ways),
    settled=_("; ").join(
        _("{name} ({platform})").format(name=name, platform=platforms[possible[name].iloc[0]])
        for name in settled
    ),
    left=_("; ").join(open_still),
)

# %% [markdown]
# So the 809 million of 2020 are the whole platform, and the 808 million of 2022 its national portal: two things of nearly the same size.
# Whoever subtracts them measures nothing.
#
# How sure is that?
# Look at the column of contradictions again: read literally, the way in which both are the portal fails by one million, because no account may be lost.
# Read as a reader does, it fails by 309 million.

# %% tags=["check"]
assert portal["value"].tolist() == [809e6, 400e6, 808e6, 1e9], _("the figures of the portal have changed")
twin = printed.query("period == '2020-12'")
assert len(set(twin["entity"])) == 2 and len(set(twin["value"])) == 1, _("the twin is gone")
assert possible.iloc[:, :2].drop_duplicates().to_numpy().tolist() == [[users.WHOLE, users.NATIONAL]], _(
    "another naming survives"
)
both_portal = excess[(ways.iloc[:, :2] == users.NATIONAL).all(axis="columns")]
assert both_portal.drop_duplicates().to_numpy().tolist() == [[1e6, 309e6]], _("it fails by another number")

# %% [markdown] tags=["instructor"]
# Let the class defend the way that fails by one million: accounts of the dead are closed, and the one figure may be rounded where the other is cut.
# Both are fair, and both would have to explain why nobody joined for two years; then the 400 million settles it.
# The sources disagree about the 809 million; the article's author is himself the source that gives it to the whole platform.
# *About 50 minutes to here.*

# %% [markdown]
# ## Did people stop using it?
#
# Four figures say how often the platform had been used by a date.
# **Predict:** from them, was it used more or less often a month in early 2023 than in 2022, and by how much?

# %%
uses = series[series["unit"].eq("uses") & series["entity"].isin([whole, national])]
total = claims.loc[["C04"]].rename(columns={"as_of": "period"}).assign(entity=whole)
uses = pd.concat([uses, total])[["entity", "metric", "period", "value", "qualifier"]]
uses["date"] = pd.to_datetime(uses["period"]) + pd.offsets.MonthEnd(0)
uses = uses.sort_values("date").reset_index(drop=True)
following = uses[["date", "value", "entity"]].shift(-1).add_suffix("_next")
pace = pd.concat([uses, following], axis="columns").iloc[:-1]
pace["months"] = [months_between(row.date, row.date_next) for row in pace.itertuples()]
pace["per_month"] = (pace["value_next"] - pace["value"]) / pace["months"]
pace["same"] = np.where(pace["entity"] == pace["entity_next"], _("one platform"), _("two platforms"))

# %% tags=["hide"]
across = alt.Scale(domain=[_("one platform"), _("two platforms")], range=list(charts.TONES[:2]))
blocks = alt.Chart(pace).encode(
    x=alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount="year")),
    y=alt.Y("per_month:Q", axis=charts.count_axis(_("uses a month"))),
)
block = blocks.mark_rect(stroke="white").encode(
    x2="date_next:T",
    y2=alt.datum(0),
    color=alt.Color("same:N", title=_("both figures are of"), scale=across),
)
height = blocks.mark_text(align="left", dx=4, dy=-8).encode(text="label:N")

# %%
pace["label"] = [format_count(float(f"{value:.2g}"), 2) for value in pace["per_month"]]
show(
    alt.layer(block, height, data=pace).properties(
        width=460, height=230, title=_("The last block compares two platforms")
    ),
    description=_(
        "Block chart of uses a month between four printed totals: {first} from March 2020, {second} in the "
        "year 2022, {third} in early 2023. The last block is coloured differently: its two totals are printed "
        "for different platforms."
    ).format(first=pace["label"].iloc[0], second=pace["label"].iloc[1], third=pace["label"].iloc[2]),
    table=pace[["period", "value", "value_next", "months", "per_month", "same"]].set_axis(
        [_("from"), _("uses then"), _("uses next"), _("months"), _("uses a month"), _("both figures are of")],
        axis="columns",
    ),
    source=[series, claims],
)

# %%
dated = [
    _("{value} ({date})").format(value=format_count(row.value), date=row.period) for row in uses.itertuples()
]
say(
    _(
        "Taken at face value, use fell by a factor of {drop:.0f}. But the total of {last} is printed for "
        "the national portal and counts *visits*; the one before, {before}, is the article's, of the whole "
        "platform. For the whole platform, use a month in 2022 was at least {rise:.1f} times what it had been before."
    ),
    drop=pace["per_month"].iloc[1] / pace["per_month"].iloc[2],
    last=dated[3],
    before=dated[2],
    rise=pace["per_month"].iloc[1] / pace["per_month"].iloc[0],
)

# %% [markdown]
# So the two figures that would not join in lesson 01 belong to two platforms, and count two things.
# The same cure as before: entity, metric and date, before any subtraction.
# Even the 36.82 billion of December 2021 stand in a sentence that can be read as one about the portal.
# And no report says what one *use* is; a login, a query and an application may each be one.

# %% tags=["check"]
assert uses["value"].tolist() == [4.5e9, 36.82e9, 85e9, 86e9], _("the uses have changed")
assert uses["entity"].tolist() == [whole, whole, whole, national], _("other platforms are counted")

# %% [markdown]
# ## How many people have an account at both doors?
#
# A billion people at any door, 808 million of them at the national one.
# **Predict:** how many people have an account at the portal of a province?

# %%
at_nation = claims.loc["C05", "value"]
only_provincial = billion - at_nation
provincial = series[series["entity"] == "provincial_platforms"].sort_values("period")
provincial["kind"] = provincial["metric"].replace("registered_personal_users", "registered_users").map(kinds)
provincial.assign(value=provincial["value"].map("{:,.0f}".format))[["period", "value", "kind"]].set_axis(
    [_("year"), _("provincial users, persons"), _("counted are")], axis="columns"
).set_index(_("year"))

# %%
then = provincial["value"].max()
least = max(0.0, (then - only_provincial) / at_nation)
say(
    _(
        "Subtraction gives {only:count}: the people whom *only* a provincial portal knows. But in 2019 the "
        "provincial portals already had {then:count} users. If that number did not fall and the billion is exact, "
        "at least {least:.1f} % of the national users are provincial users too."
    ),
    only=only_provincial,
    then=then,
    least=100 * least,
)

# %% [markdown]
# *Of which* does not mean that the rest is elsewhere: people may stand at two doors.
# What is possible, when only the sizes of two groups are known?
# With the shares $n$ and $p$ of a population, Fréchet's bounds for the share in both groups are
#
# $$ \max(0,\ n + p - 1) \ \le\ |N \cap P| \ \le\ \min(n,\ p) $$
#
# and the share in either lies between $\max(n, p)$ and $\min(1,\ n + p)$.
# **Predict:** with which denominator is an overlap forced by the fewest provincial users?

# %%
base = people.loc[2022, denominator]
n, grid = at_nation / base, np.linspace(0, 1, 201)
bounds = [users.overlap_bounds(n, share) for share in grid]
band = pd.DataFrame(
    {"provincial": grid * base, "low": [b.low for b in bounds], "high": [b.high for b in bounds]}
)
band[["low", "high"]] *= 100 / n
independent = (billion / base - n) / (1 - n)

# %%
unit = 1e8 if lang == "zh" else 1e9
size = alt.binding_range(
    min=1e9 / unit, max=1.06e9 / unit, step=1e7 / unit, name=_("users of the whole platform, billion: ")
)
whole_of = alt.param(name="whole_of", value=1e9 / unit, bind=size)
x = alt.X("provincial:Q", axis=charts.count_axis(_("people with a provincial account"), tickCount=6))
x = x.scale(domain=[0, base], nice=False)
y = alt.Y("low:Q", title=_("of the national users, percent have both")).scale(domain=[0, 100])
area = alt.Chart(band).mark_area(color=charts.CATEGORY[0], opacity=0.2).encode(x=x, y=y, y2="high:Q")
fit = (
    alt.Chart(pd.DataFrame({"both": [0, 100]}))
    .transform_calculate(provincial=f"whole_of * {unit:.0f} - {at_nation:.0f} * (1 - datum.both / 100)")
    .mark_line(color=charts.HIGHLIGHT, strokeWidth=3)
    .encode(x="provincial:Q", y="both:Q")
)

# %% tags=["hide"]
marks = pd.DataFrame({"provincial": [then], "text": [_("provincial users in 2019")]})
rule = alt.Chart(marks).mark_rule(strokeDash=[4, 3]).encode(x="provincial:Q")
note = rule.mark_text(align="left", dx=6).encode(y=alt.datum(96), text="text:N")
at_overlap = users.provincial_users(at_nation, billion, overlap)
ours = pd.DataFrame({"both": [100 * overlap], "provincial": [at_overlap]})
dot = alt.Chart(ours).mark_point(size=150, shape="diamond", color="black", opacity=1)
dot = dot.encode(x="provincial:Q", y="both:Q")

# %%
show(
    (area + rule + fit + dot + note)
    .add_params(whole_of)
    .properties(width=460, height=270, title=_("The two sizes leave a band, the whole a line")),
    description=_(
        "Area chart: for each number of people with a provincial account, the share of the national users who "
        "can have both by Fréchet's bounds. A line inside the band holds what fits a whole of one billion, from "
        "{only} provincial users and no overlap to one billion and full overlap. A diamond marks the simulated "
        "overlap, {overlap:.0f} percent; a slider moves the line."
    ).format(only=format_count(only_provincial), overlap=100 * overlap),
    table=band.iloc[::20]
    .round(1)
    .set_axis([_("provincial users"), _("least overlap, percent"), _("most, percent")], axis="columns"),
    source=[claims, series, provinces, internet],
)

# %%
say(
    _(
        "With this denominator ({base}), an overlap is forced as soon as the provincial portals know "
        "{forced:count.0} people. If one account said nothing about the other, the overlap would be "
        "{independent:.0f} %: an answer that changes with the denominator, and that no source gives."
    ),
    base=labels[denominator],
    forced=base - at_nation,
    independent=100 * independent,
)

# %% [markdown]
# Every point of the line prints the same two figures.
# But the article says *over* a billion, and that moves it to the right.
#
# **Try it:** how many more than a billion make the figure of 2019 force no overlap at all?
# Then change `denominator` and watch the lower edge of the band.

# %% tags=["check"]
assert provincial["value"].tolist() == [107e6, 166e6, 145e6, 239e6], _("the provincial users have changed")
assert provincial["period"].iloc[-1] == "2019", _("there is a later provincial figure")
assert 1.04e9 < at_nation + then < 1.05e9, _("the forced overlap ends elsewhere")
assert at_nation == 808e6 and only_provincial < then, _("subtraction contradicts the figure of 2019 no more")

# %% [markdown] tags=["instructor"]
# Nearly everybody writes 192 million; let them defend it before the table of the provinces appears.
# The provincial figure adds up 32 platforms, so somebody with accounts in two provinces counts twice in it; then the forced overlap is smaller.
# Slider: from about 1.05 billion on, 808 million and 239 million fit beside each other, and the forced overlap is gone.
# Answer to the prediction: internet users, the smallest base, though nothing about the portals has changed.
# *About 70 minutes to here.*

# %% [markdown]
# ## What does a federation see, and what a survey?
#
# A federation in miniature: `n_people` persons, and portals that issue accounts to some of them.
# Calibrated are the shares of the national portal and of the whole in the chosen denominator; `overlap` is assumed.
# A portal knows its own accounts.
# Only the federation, which resolves identities, can see that two accounts are one person.

# %%
p = at_overlap / base
town = users.simulate(n_people, n, p, overlap * n, seed=seed).loc[0]
residents = provinces[provinces["code"] != users.NATION].set_index("name")["pop_2022_10k"].astype(float)
accounts = users.issue_accounts(town, residents, seed=seed)
accounts.head().astype({"portal": str}).replace({"portal": platforms}).set_axis(
    [_("portal"), _("account no."), _("identity")], axis="columns"
)

# %% [markdown]
# **Predict:** count the rows, then the identities.
# Which number is a number of users, and between which bounds can the other one lie?

# %%
is_national = accounts["portal"] == users.NATIONAL
sizes = is_national.sum() / n_people, (~is_national).sum() / n_people
between = users.union_bounds(*sizes)
resolved = accounts["identity"].nunique()
say(
    _(
        "The portals issued {accounts:,} accounts; the federation finds {persons:,} persons behind them. From the "
        "two totals alone, anything from {low:,.0f} to {high:,.0f} persons was possible."
    ),
    accounts=len(accounts),
    persons=resolved,
    low=between.low * n_people,
    high=between.high * n_people,
)

# %% [markdown]
# One population is one accident.
# Draw 500 alike: does any leave the bounds that its own totals set?

# %%
runs = users.simulate(n_people, n, p, overlap * n, seed=seed, n_runs=500)
first, second = runs["both"] + runs["national"], runs["both"] + runs["provincial"]
lowest, highest = (first + second - n_people).clip(lower=0), np.minimum(first, second)
outside = int((~runs["both"].between(lowest, highest)).sum())
low, high = (100 * runs["both"] / first).quantile([0.05, 0.95])

# %%
say(
    _(
        "Outside its bounds: {outside} of {n}. The overlap put in was {put:.1f} %; nine populations in ten show "
        "{low:.1f} to {high:.1f} %."
    ),
    outside=outside,
    n=len(runs),
    put=100 * overlap,
    low=low,
    high=high,
)

# %% [markdown]
# Now suppose that nobody resolves identities, and *ask* people at random which accounts they have.
# **Predict:** how many people must you ask, to know the overlap within about five points either way?

# %%
asked = sorted({n_people, *np.geomspace(100, 1_000_000, 17).round().astype(int).tolist()})
draws = [users.simulate(size, n, p, overlap * n, seed=seed, n_runs=500) for size in asked]
shares = [100 * draw["both"] / (draw["both"] + draw["national"]) for draw in draws]
survey = pd.DataFrame([s.quantile([0.05, 0.95]) for s in shares]).set_axis(["low", "high"], axis="columns")
survey.insert(0, "asked", asked)
enough = int(survey.loc[survey["high"] - survey["low"] <= 10, "asked"].min())

# %% tags=["hide"]
sizes_axis = alt.Axis(values=[100, 1000, 10_000, 100_000, 1_000_000], format=",")
size = alt.X("asked:Q", title=_("people asked (log scale)"), axis=sizes_axis).scale(type="log")
answer = alt.Chart(survey.assign(least=100 * least, most=100)).encode(x=size)
totals = answer.mark_area(color=charts.MUTED, opacity=0.3).encode(y="least:Q", y2="most:Q")
sample = answer.mark_area(color=charts.CATEGORY[0], opacity=0.8, stroke=charts.CATEGORY[0], strokeWidth=2)
sample = sample.encode(y=y, y2="high:Q")
ours = alt.Chart(pd.DataFrame({"asked": [n_people], "text": [_("this run")]})).encode(x="asked:Q")
run = ours.mark_rule(color=charts.HIGHLIGHT, strokeWidth=2)
right = n_people < 10_000
text = ours.mark_text(align="left" if right else "right", dx=6 if right else -6, fontWeight="bold")
text = text.encode(y=alt.value(12), text="text:N", color=alt.value(charts.HIGHLIGHT))

# %%
show(
    (totals + sample + run + text).properties(
        width=460, height=250, title=_("What totals leave open (pale), what samples say (dark)")
    ),
    description=_(
        "Area chart of the overlap against the number of people asked, on a log scale. A grey area from {least:.1f} "
        "to 100 percent, what the totals leave open with exactly a billion users, has the same height everywhere. The blue band of "
        "nine simulated samples in ten narrows, and is at most ten points high from {enough:,} people. A "
        "vertical line stands at {n:,}."
    ).format(least=100 * least, enough=enough, n=n_people),
    table=survey.round(1).set_axis(
        [_("people asked"), _("5th percentile"), _("95th percentile")], axis="columns"
    ),
    source=[claims, series, provinces, internet],
    synthetic=_("random samples; 808 million of one billion users calibrated, the overlap assumed"),
)

# %%
say(
    _(
        "{enough:,} people, asked at random, would say more about the overlap than a billion counted ones: nine "
        "samples in ten lie within ten points, while the totals leave {room:.0f}, even if the billion is exact."
    )
    if 0 < overlap < 1
    else _(
        "With nobody or everybody at both doors all samples say the same. No spread is not no doubt: even then "
        "{enough:,} people leave a few points open, where the totals leave {room:.0f}."
    ),
    enough=enough,
    room=100 * (1 - least),
)

# %%
say(
    _(
        "The overlap of this run needs {provincial:count} provincial users, more than the {then:count} of 2019: it is possible."
    )
    if at_overlap >= then
    else _(
        "The overlap of this run needs only {provincial:count} provincial users, fewer than the {then:count} of 2019: if "
        "that number did not fall and the billion is exact, it is refuted."
    ),
    provincial=at_overlap,
    then=then,
)

# %% tags=["check"]
assert len(runs) == 500 and outside == 0, _("a simulated population lies outside its bounds")
assert runs.sum(axis="columns").eq(n_people).all(), _("a simulated population has another size")
assert resolved == town.drop("neither").sum(), _("the federation miscounts persons")
assert at_nation == 808e6, _("the model is calibrated to another figure")

# %% [markdown] tags=["instructor"]
# Ask who could run that survey, and what it costs; then why nobody prints the result.
# A full register is not a better sample: it answers the question that it was built for.
# Students expect that a thousand in a billion is too few; the size of the population does not enter.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “808 of 1000, so 192 million use the provinces”
#
# A part and its whole differ by those who are *only* in the other parts.
# The provinces had more users than those 192 million three years earlier, and may have had up to a billion.
# Nor is a *user* somebody who uses it: all these figures count accounts, and none says who came back.

# %% tags=["check"]
assert only_provincial == 192e6 < then, _("the difference has changed")

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("over 1 billion real-name users at the end of 2022"),
            "finding": _(
                "supported in size: printed before and exceeded later; at least {share:.1f} % of the "
                "denominator of this run. It says nothing about growth in 2022"
            ).format(share=share),
            "confidence": _(
                "medium: the reports agree, but all go back to the platform's own count; one was read in machine "
                "translation, the latest in a copy"
            ),
            "missing": _(
                "a measured number instead of a bound; active users; the age from which one may register"
            ),
        },
        {
            "claim": _("over 85 billion uses by then"),
            "finding": _(
                "supported in size: more than the 36.82 billion of a year before, less than the 86 billion visits "
                "that another report gives the national portal in March 2023"
            ),
            "confidence": _("low for any pace: the totals name different platforms"),
            "missing": _("what one use is; totals of one platform"),
        },
        {
            "claim": _("808 million of them registered at the national portal"),
            "finding": _(
                "fits only as the national portal at the end of 2022; not comparable with the 809 million of "
                "December 2020, which fit only as the whole platform"
            ),
            "confidence": _(
                "high that the two are different platforms, if accounts are rarely closed; medium for the figure itself, "
                "which no other source prints"
            ),
            "missing": _(
                "who has both accounts: the totals leave {low:.0f} to 100 %, even if the billion is exact"
            ).format(low=100 * least),
        },
    ]
)

# %% tags=["results"]
record(
    percent_of_bases=held["percent"].tolist(),
    doublings_left=left.tolist(),
    naive_doubling=[months if np.isfinite(months) else None for months in steps["doubling"]],
    earliest_doubling=[interval.low for interval in allowed],
    latest_doubling=[i.high if np.isfinite(i.high) else None for i in allowed],
    saturation=saturation["percent"].tolist(),
    portal_users=portal["value"].tolist(),
    excess_literally=excess.iloc[:, 0].tolist(),
    excess_as_read=excess.iloc[:, 1].tolist(),
    ways_left=len(possible),
    uses_per_month=pace["per_month"].tolist(),
    only_provincial=only_provincial,
    overlap_at_least=least,
    overlap_forced_from=base - at_nation,
    overlap_if_independent=independent,
    provincial_users=at_overlap,
    accounts=len(accounts),
    persons=resolved,
    persons_low=between.low * n_people,
    persons_high=between.high * n_people,
    runs_outside=outside,
    sample_low=low,
    sample_high=high,
    enough=enough,
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
