# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# Welcome.
# This course takes one article about China's digital government apart, figure by figure.
# A lesson always goes the same way: a claim, a question, a prediction of yours, a little code, and at the end a verdict that you can defend.
#
# The article contains 32 claims.
# Before we ask whether they are true, we ask something simpler: what do they *say*?

# %% [markdown] tags=["instructor"]
# Five minutes.
# Put one sentence on the board: “The platform has more than 1 billion users, who used it more than 85 billion times.”
# Ask how often a user used it, and write down the answers; nearly everybody divides and gets 85.
# Keep them for the third section.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import statistic, users
from digigov.quantities import Interval, format_count, printed_interval

begin("01", globals(), edition="en")

# %% [markdown]
# ## What kind of number is it?
#
# Each claim has a value, a unit, a date and a *qualifier*: over, nearly, about, or none.
# **Predict:** of the 32 claims, how many come with a qualifier?
# Write your guess down before you run the next cell.

# %%
claims = load("claims").set_index("claim_id")
qualifiers = {"exact": _("none"), "over": _("over"), "nearly": _("nearly")}
kinds = {"count": _("count"), "share": _("share"), "rank": _("rank"), "index": _("index")}
others = {"standard": _("standard"), "level": _("level")}
tally = pd.crosstab(claims["kind"].map(kinds | others), claims["qualifier"].map(qualifiers))
tally.rename_axis(index=_("kind"), columns=_("qualifier"))

# %%
qualified = claims["qualifier"] != "exact"
say(
    _("{n} of {all} claims have a qualifier, and {missing} has no number at all: {statement}."),
    n=qualified.sum(), all=len(claims), missing=claims["value"].isna().sum(),
    statement=claims.loc[claims["value"].isna(), "statement"].item(),
)  # fmt: skip

# %% tags=["check"]
assert len(claims) == 32, _("the number of claims has changed")
assert claims["value"].notna().sum() == 31, _("another claim has no number")
assert set(claims["kind"]) == {*kinds, *others}, _("there is another kind of claim")

# %% [markdown]
# A count of persons is not a count of uses, and a total since the start is not a total of one year.
# The unit tells the first; the word *cumulative*, where somebody prints it, the second.
#
# The same claims once more, as intervals: everything that the printed figure may stand for.
# An arrow means that the qualifier sets no bound on that side.

# %%
read = statistic.read_claims(claims.reset_index(), kind).set_index("claim_id")
widest = claims["value"].max()
drawn = read.sort_values("value")[
    ["statement", "unit", "as_of", "qualifier", "value", "low", "high"]
].reset_index()
drawn["qualifier"] = drawn["qualifier"].map(qualifiers)
drawn["unit"] = drawn["unit"].map(claims.attrs["categories"]["unit"])

# %%
drawn["open"] = np.isinf(drawn["high"]) | (drawn["low"] == 0)
drawn["from"] = drawn["low"].where(drawn["low"] > 0, drawn["value"] / 3)
drawn["to"] = drawn["high"].where(np.isfinite(drawn["high"]), drawn["value"] * 3)
drawn["name"] = drawn["claim_id"] + " · " + drawn["unit"]

# %%
picked = alt.selection_point(fields=["qualifier"], bind="legend")
faded = alt.condition(picked, alt.value(1), alt.value(0.15))
words = list(qualifiers.values())
x_axis = alt.X(
    "from:Q",
    axis=charts.count_axis(
        _("what the figure may stand for, in its own unit"), values=[1, 100, 1e4, 1e6, 1e8, 1e10]
    ),
    scale=alt.Scale(type="log", domain=[0.5, 4 * widest], nice=False),
)

# %%
base = alt.Chart(drawn).encode(
    y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, labelFontSize=11)),
    color=alt.Color("qualifier:N", title=_("qualifier"), scale=alt.Scale(domain=words, range=[charts.CATEGORY[0], charts.CATEGORY[1], charts.CATEGORY[2]])),
    opacity=faded, tooltip=["statement:N", "value:Q", "unit:N", "as_of:N"],
)  # fmt: skip
dots = base.mark_point(size=60, filled=True).encode(
    x=x_axis.copy(),
    shape=alt.Shape(
        "qualifier:N",
        title=_("qualifier"),
        scale=alt.Scale(domain=words, range=["circle", "triangle-right", "triangle-left"]),
    ),
)
rules = base.mark_rule(strokeWidth=3).encode(x=x_axis, x2="to:Q")

# %%
dots = dots.encode(x=alt.X("value:Q", scale=alt.Scale(type="log", domain=[0.5, 4 * widest], nice=False)))
n_open = int(drawn["open"].sum())
show(
    (rules + dots).add_params(picked).properties(width=400, height=alt.Step(17), title=_("The claims as intervals")),
    description=_(
        "Range chart on a logarithmic axis of claims in their own units ({n} shown), from {least} to {most}, with a point for the printed value "
        "and a line for what it may stand for. {open} have no bound on one side; a click in the legend singles out a qualifier."
    ).format(n=len(drawn), least=f"{drawn['value'].min():g}", most=f"{drawn['value'].max():,.0f}" if drawn["value"].max() > 1e5 else f"{drawn['value'].max():g}", open=n_open),
    table=drawn[["claim_id", "value", "unit", "qualifier", "as_of"]].assign(value=drawn["value"].map("{:,.12g}".format)).set_axis([_("claim"), _("value"), _("unit"), _("qualifier"), _("as of")], axis="columns"),
    source=claims,
)  # fmt: skip

# %% [markdown]
# **Try it:** click a word in the legend, then rest the pointer on a mark to read its claim.
# To see one kind only, change `kind` in the parameters cell and run everything again.

# %% [markdown] tags=["instructor"]
# Most of the claims are small whole numbers that somebody counted; nobody argues about twelve golden projects.
# The figures that make headlines are the few with a qualifier, at the far right of the chart.
# Ask why (a large number that still grows is safest as a lower bound).

# %% [markdown]
# *About 15 minutes to here.*
#
# ## How much room does a printed figure leave?
#
# 97.3 percent stands for everything from 97.25 to 97.35: it was rounded.
# 44 classes were counted, so they stand for 44.
# “Over” promises a lower bound and nothing else, though a writer who says “over 85” usually means less than 86.
#
# **Predict:** which leaves more room, relative to its size, a share printed as 97.3 percent or 1.374 billion holders?

# %%
examples = ["C11", "C12", "C18", "C04", "C15"]
table = statistic.read_claims(claims.loc[examples].reset_index())
table["room"] = 100 * (table["usual_high"] - table["usual_low"]) / table["value"]
shown = table[["claim_id", "value", "low", "high", "usual_low", "usual_high", "room"]].round(3)
shown.map(lambda value: value if isinstance(value, str) else f"{value:,.12g}".replace("inf", "∞")).set_axis(
    [_("claim"), _("value"), _("at least"), _("at most"), _("usually from"), _("usually to"), _("room, % of the value")],
    axis="columns",
)  # fmt: skip

# %%
room = table.set_index("claim_id")["room"]
say(
    _("The share leaves {share:.2f} % of room, one part in {digits_of_share}; the count {count:.2f} %, one part in {digits_of_count:,}."),
    share=room["C12"], digits_of_share=round(100 / room["C12"]), count=room["C11"], digits_of_count=round(100 / room["C11"]),
)  # fmt: skip

# %% [markdown]
# Look at the two numbers again, without their decimal points: the room is one part in what the digits spell.
# So 1,374 is only a little sharper than 973, although it has a digit more.

# %%
every = statistic.read_claims(claims.reset_index())
sized = every.assign(room=100 * (every["usual_high"] - every["usual_low"]) / every["value"])
sized = sized[["claim_id", "value", "qualifier", "room"]].sort_values("room", ascending=False)
sized["qualifier"] = sized["qualifier"].map(qualifiers)
counted = sized["room"] == 0

# %%
rooms = alt.Chart(sized[~counted]).encode(
    y=alt.Y("claim_id:N", sort=None, title=_("claim"), axis=alt.Axis(grid=True)),
    x=alt.X("room:Q", title=_("room, percent of the value (logarithmic)"), axis=alt.Axis(values=[0.1, 1, 10, 100]), scale=alt.Scale(type="log", domain=[0.05, 300], nice=False)),
)  # fmt: skip
points = rooms.mark_point(size=90, filled=True, opacity=1).encode(
    color=dots.encoding.color.copy(), shape=dots.encoding.shape.copy()
)
figures = rooms.mark_text(align="left", dx=10).encode(text=alt.Text("room:Q", format=".2~r"))

# %%
show(
    (points + figures).properties(width=420, height=alt.Step(22), title=_("Claims that leave room, as they are usually read")),
    description=_(
        "Dot chart on a logarithmic axis of the room that each claim leaves, in percent of its value: {n} claims leave some, at most {most:.0f} percent; "
        "{counted} are exact and leave none."
    ).format(n=int((~counted).sum()), most=sized["room"].max(), counted=int(counted.sum())),
    table=sized[["claim_id", "value", "qualifier", "room"]].round({"room": 3}).assign(value=sized["value"].map("{:,.12g}".format)).set_axis([_("claim"), _("value"), _("qualifier"), _("room, percent")], axis="columns"),
    source=claims,
)  # fmt: skip

# %% [markdown]
# A figure with many digits is not truer than one with few; it only says more, and so it can be wrong in more ways.
# That is why this course likes sharp figures: they can be tested.

# %% tags=["check"]
assert printed_interval(97.3, "exact") == Interval(97.25, 97.35), _("97.3 stands for something else")
assert printed_interval(44, "exact") == Interval(44, 44), _("44 stands for something else")
assert claims.loc["C11", "value"] == 1.374e9 and claims.loc["C12", "value"] == 97.3, _(
    "the claims have changed"
)
assert claims.loc["C25", "value"] == 12, _("the number of golden projects has changed")
assert printed_interval(85e9, "over", usual=True) == Interval(85e9, 86e9), _(
    "over 85 billion is read in another way"
)

# %% [markdown]
# ## How often does a user use it?
#
# More than 85 billion uses, more than 1 billion users, since the launch on 31 May 2019.
# To divide two intervals, pair the smallest with the largest:
#
# $$ \frac{[a, b]}{[c, d]} = \left[ \frac{a}{d},\ \frac{b}{c} \right] $$
#
# **Predict:** by the letter of the two “over”, what is the least and the most that a user may have used it?

# %%
months = statistic.months_between("2019-05-31", "2022-12-31")
readings = {}
for name, usual in ((_("by the letter"), False), (_("as usually meant"), True)):
    uses, people = (printed_interval(claims.loc[c, "value"], "over", usual=usual) for c in ("C04", "C03"))
    readings[name] = [uses, people, uses / people, statistic.monthly_rate(uses, people, months)]
steps = [_("uses"), _("users"), _("uses per user"), _("per user and month")]
shown = pd.DataFrame(readings, index=steps)
shown.map(statistic.written)

# %%
letter, usual = (readings[name][3] for name in readings)
say(
    _("By the letter: from {least:.0f} to infinity, which is to say nothing. As usually meant: {low:.1f} to {high:.1f} uses per user and month, over {months} months."),
    least=letter.low, low=usual.low, high=usual.high, months=months,
)  # fmt: skip

# %% [markdown]
# Two lower bounds, divided, have no bound at all: more users make the rate smaller, more uses make it larger.
# Dividing 85 by 1 hides a choice that the sentence does not make.
#
# And per *person*? The parameter `denominator` says who could have used it.

# %%
persons = users.denominators(load("provinces"), load("internet"), [2022]).loc[2022]
names = {
    "population": _("the whole population"),
    "aged_15_plus": _("people aged 15 and over"),
    "internet_users": _("internet users"),
}
per_person = statistic.monthly_rate(
    readings[_("as usually meant")][0], Interval(persons[denominator], persons[denominator]), months
)
say(
    _("For {whom}, {n:count}, it is {low:.2f} to {high:.2f} uses a month."),
    whom=names[denominator], n=persons[denominator], low=per_person.low, high=per_person.high,
)  # fmt: skip

# %%
unit = 1e8 if lang == "zh" else 1e9
grid = pd.DataFrame({"users": np.linspace(0.8e9, 2e9, 121) / unit})
grid["low"], grid["high"] = (uses / unit / grid["users"] / months for uses in (85e9, 86e9))
least, most, step = np.array([0.8e9, 2e9, 0.01e9]) / unit
slider = alt.binding_range(min=least, max=most, step=step, name=_("users really were, billions: "))
truth = alt.param(name="truth", value=1e9 / unit, bind=slider)

# %%
who = pd.DataFrame(
    {
        "users": persons[list(names)].to_numpy() / unit,
        "who": list(names.values()),
        "chosen": [n == denominator for n in names],
    }
)
scale = alt.Scale(domain=[0, 3])
axis = alt.X(
    "users:Q", title=_("those who used it, billions"), scale=alt.Scale(domain=[least, most], nice=False)
)
band = (
    alt.Chart(grid)
    .mark_line(strokeWidth=3)
    .encode(x=axis, y=alt.Y("high:Q", title=_("uses per head and month"), scale=scale))
)

# %%
marks = alt.Chart(who).encode(x=axis, opacity=alt.condition("datum.chosen", alt.value(1), alt.value(0.6)))
rule = marks.mark_rule(color=charts.HIGHLIGHT, strokeDash=[4, 3])
label = marks.mark_text(angle=270, align="left", dy=-6, color=charts.HIGHLIGHT).encode(
    text="who:N", y=alt.datum(0.06)
)
at_truth = alt.Chart(grid).transform_filter(f"abs(datum.users - truth) < {0.4 * step}")
dot = at_truth.mark_point(size=150, color="black", filled=True, opacity=1).encode(x=axis, y="high:Q")
value = at_truth.mark_text(dy=-16, fontSize=15, fontWeight="bold").encode(
    x=axis, y="high:Q", text=alt.Text("high:Q", format=".2f")
)

# %%
show(
    (band + rule + label + dot + value).add_params(truth).properties(width=440, height=240, title=_("The same uses, divided by more and more people")),
    description=_(
        "Line chart of uses per head and month against the number of those who used it, falling from {first:.1f} at 800 million to {last:.1f} at "
        "2 billion, with lines for three denominators and a slider for the true number."
    ).format(first=grid["high"].iloc[0], last=grid["high"].iloc[-1]),
    table=grid.iloc[::20].round(3).set_axis([_("billions"), _("at least"), _("at most")], axis="columns"),
    source=[claims, load("provinces"), load("internet")],
)  # fmt: skip

# %% tags=["check"]
assert (letter.low, letter.high) == (0, np.inf), _("by the letter there is a bound now")
assert months == 43, _("the time since the launch is counted in another way")

# %% [markdown]
# **Try it:** move the slider to 1 billion, then to 1.41 billion, and read how the rate of the article becomes a rate of the country.

# %% [markdown] tags=["instructor"]
# Take the answers from the beginning: 85 divided by 1 is nearly the largest value of the usual reading, not the middle.
# Do the division by hand on the board: smallest uses over largest users, largest uses over smallest users.
# About one or two uses a month is what a code shown at a door would give; ask what a “use” may have been in 2021.

# %% [markdown]
# *About 35 minutes to here.*
#
# ## Do two figures belong to one series?
#
# Another source prints 86 billion *visits* for March 2023, three months after the 85 billion.
# A third has 36.82 billion uses at the end of 2021.
# **Predict:** if 2023 had gone on like 2022, where would the count stand in March?

# %%
series = load("platform_series")
counted_as = series["metric"].isin(["uses_cumulative", "visits_cumulative"])
known = series[counted_as & series["entity"].str.startswith("national_")].set_index("period")
before = printed_interval(known.loc["2021-12", "value"], "exact")
claimed = printed_interval(claims.loc["C04", "value"], "over", usual=True)
found = printed_interval(known.loc["2023-03", "value"], "exact")
expected = statistic.continued(before, claimed, 12, 3)
say(
    _("Going on like 2022, March 2023 would have {low:count} to {high:count}; printed are {a:count} to {b:count}. {conclusion}"),
    low=expected.low, high=expected.high, a=found.low, b=found.high,
    conclusion=_("The two fit.") if expected.overlaps(found) else _("The two do not meet: either the pace fell at once, or visits are not uses."),
)  # fmt: skip

# %%
points = [("2020-03", printed_interval(known.loc["2020-03", "value"], "over", usual=True), _("uses")),
          ("2021-12", before, _("uses")), ("2022-12", claimed, _("uses, the article")),
          ("2023-03", found, _("visits")), ("2023-03", expected, _("uses, if continued"))]  # fmt: skip
path = pd.DataFrame([(pd.Timestamp(d), i.low, i.high, i.midpoint, w) for d, i, w in points],
                    columns=["month", "low", "high", "middle", "what"])  # fmt: skip

# %%
legend = list(dict.fromkeys(path["what"]))
ink = {
    "scale": alt.Scale(
        domain=legend, range=[charts.CATEGORY[0], charts.CATEGORY[1], charts.CATEGORY[2], charts.MUTED]
    ),
    "title": _("what is counted"),
}
frame = alt.Chart(path).encode(
    x=alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=4), scale=alt.Scale(padding=14))
)
spans = frame.mark_rule(strokeWidth=4).encode(
    y=alt.Y("low:Q", axis=charts.count_axis(_("since the launch")), scale=alt.Scale(domain=[0, 110e9])),
    y2="high:Q",
    color=alt.Color("what:N", **ink),
)
heads = frame.mark_point(size=100, filled=True, opacity=1).encode(
    y="middle:Q",
    color=alt.Color("what:N", **ink),
    shape=alt.Shape("what:N", title=_("what is counted"), scale=alt.Scale(domain=legend)),
)

# %%
show(
    (spans + heads).properties(width=430, height=240, title=_("A cumulative count, and one figure that does not fit")),
    description=_(
        "Chart of cumulative counts from March 2020 to March 2023: 4.5 billion, 36.8 billion and 85 billion uses, then 86 billion visits, while uses that went on "
        "as in 2022 would stand near {expected}."
    ).format(expected=format_count(expected.midpoint, 0)),
    table=path.assign(month=path["month"].dt.strftime("%Y-%m"))[["month", "what", "low", "high"]].set_axis([_("date"), _("what is counted"), _("at least"), _("at most")], axis="columns"),
    source=[series, claims],
)  # fmt: skip

# %% [markdown]
# The figure itself may be right.
# It is the *line* between two figures that is wrong, when the word behind the number has changed.

# %% tags=["check"]
assert known["value"].to_dict() == {"2020-03": 4.5e9, "2021-12": 36.82e9, "2023-03": 86e9}, _(
    "the series has changed"
)
assert not expected.overlaps(found), _("the two figures fit one series now")
assert known.loc["2023-03", "metric"] == "visits_cumulative", _("the last figure is not of visits any more")

# %% [markdown]
# ## Can a true figure be years old?
#
# The article speaks of one network of services for more than 1.4 billion people and more than 100 million market entities: companies, shops, stalls and cooperatives that are registered for business.
# Both are lower bounds, and a lower bound stays true for as long as the count grows.
# **Predict:** when did “more than 100 million market entities” become true, and how many were there when the article was written?

# %%
entities = series.query("entity == 'market_entities' and metric == 'total'").set_index("period")["value"]
bound = claims.loc["C02", "value"]
since = entities.index[entities > bound][0]
then = entities[claims.loc["C02", "as_of"]]
say(
    _("The first of these reports above {bound:count} is of {since}. At the date of the claim there were {then:count}: {more:.0%} more than it says."),
    bound=bound, since=since, then=then, more=then / bound - 1,
)  # fmt: skip

# %%
recent = entities["2018":].rename("entities").reset_index()
recent["month"] = pd.to_datetime(recent["period"])
said = pd.DataFrame(
    {
        "month": [pd.Timestamp(claims.loc["C02", "as_of"])],
        "entities": [bound],
        "text": [_("the article: over {bound}").format(bound=format_count(bound))],
    }
)
when = alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))
count = alt.Y("entities:Q", axis=charts.count_axis(_("market entities")), scale=alt.Scale(domain=[0, 2e8]))

# %%
line = alt.Chart(recent).mark_line(color=charts.CATEGORY[0]).encode(x=when, y=count)
places = alt.Chart(recent).mark_point(size=70, filled=True, opacity=1, color=charts.CATEGORY[0]).encode(
    x=when, y=count, tooltip=["period:N", "entities:Q"]
)  # fmt: skip
arrow = alt.Chart(said).mark_point(
    shape="triangle-up", size=160, filled=True, opacity=1, color=charts.HIGHLIGHT
)
caption = alt.Chart(said).mark_text(dy=20, color=charts.HIGHLIGHT).encode(x=when, y=count, text="text:N")

# %%
show(
    (line + places + arrow.encode(x=when, y=count) + caption).properties(width=430, height=230, title=_("A bound that the count left behind")),
    description=_(
        "Line chart of {n} published counts of market entities from {first} to {last}, rising from {low} to {high}; a triangle far below the line marks the bound of {bound} that the article gives for June 2023."
    ).format(n=len(recent), first=recent["period"].iloc[0], last=recent["period"].iloc[-1], low=format_count(recent["entities"].iloc[0]), high=format_count(recent["entities"].iloc[-1]), bound=format_count(bound)),
    table=recent[["period", "entities"]].set_axis([_("date"), _("market entities")], axis="columns"),
    source=[series, claims],
)  # fmt: skip

# %% [markdown]
# Whoever reads “more than 100 million” as “a little more” is five years behind.
# The other bound has the opposite fate: the population has begun to fall.

# %%
nation = 10_000 * load("provinces").set_index("code").loc["000000", ["pop_2022_10k", "pop_2023_10k"]]
spare = nation / claims.loc["C01", "value"] - 1
say(
    _("{before:count.4} people at the end of 2022, {after:count.4} a year later: the bound holds, and its room shrinks from {room_before:.2%} to {room_after:.2%}."),
    before=nation.iloc[0], after=nation.iloc[1], room_before=spare.iloc[0], room_after=spare.iloc[1],
)  # fmt: skip

# %% tags=["check"]
assert claims.loc[["C01", "C02"], "value"].tolist() == [1.4e9, 1e8], _("the two bounds have changed")
assert claims.loc[["C01", "C02"], "qualifier"].eq("over").all(), _("the bounds are none any more")
assert (since, entities["2018-03"]) == ("2018-03", 100.24e6), _("the bound was passed at another time")
assert claims.loc["C02", "as_of"] == "2023-06", _("the claim is of another date")
assert (spare > 0).all() and spare.is_monotonic_decreasing, _(
    "the population does not fall towards the bound"
)

# %% [markdown]
# ## Where does the course look at what?
#
# The article describes twenty systems, programmes and problems, and a lesson builds each of them in miniature.
# **Predict:** which part of the course has most of them: the statistics, the case studies, or the open problems?

# %%
systems = load("systems")
parts = {"I": _("I: statistics"), "II": _("II: case studies"), "III": _("III: open problems")}
plan = systems[["name", "lesson", "part", "what_it_is"]].assign(part=systems["part"].map(parts))
plan = plan.sort_values(["lesson", "name"])
per_part = plan["part"].value_counts()
say(
    _("The largest part is “{part}”, with {n} of {all}. Lessons that build more than one: {lessons}."),
    part=per_part.idxmax(), n=per_part.max(), all=len(plan),
    lessons=_(", ").join(plan["lesson"].value_counts().loc[lambda n: n > 1].sort_index().index),
)  # fmt: skip

# %%
colour = alt.Color(
    "part:N", title=_("part"), scale=alt.Scale(domain=list(parts.values()), range=list(charts.TONES))
)
lessons = [f"{n:02}" for n in range(1, 21)]
squares = alt.Chart(plan).mark_rect(cornerRadius=3, **charts.OUTLINE).encode(
    x=alt.X("lesson:O", title=_("lesson"), scale=alt.Scale(domain=lessons), axis=alt.Axis(labelAngle=0)),
    y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=280)),
    color=colour, tooltip=["name:N", "lesson:N", "what_it_is:N"],
)  # fmt: skip
show(
    squares.properties(width=420, height=alt.Step(20), title=_("What the article describes, and the lesson that builds it")),
    description=_("Matrix of {n} systems of the article by the lesson that builds them, coloured by the part of the course. Lessons without a mark deal with statistics or bring things together.").format(n=len(plan)),
    table=plan[["name", "lesson", "part"]].set_axis([_("system"), _("lesson"), _("part")], axis="columns"),
    source=systems,
)  # fmt: skip

# %% tags=["check"]
assert len(systems) == 20 and systems["system"].is_unique, _("the number of systems has changed")
assert set(systems["lesson"]) <= set(lessons), _("a system belongs to no lesson")

# %% [markdown] tags=["instructor"]
# Let each student choose one square and say what they expect of that lesson.
# The course does not have to be taken in order; the prerequisites of a lesson say what it builds on.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “85 uses per user”
#
# The quotient of two figures is a figure only if both are.
# Here both are lower bounds, so their quotient is a range, and the familiar 85 sits near its upper end.
# And an average of uses per user says nothing about any user: one may have used it a thousand times, and another never.

# %% tags=["check"]
assert claims.loc[["C04", "C03"], "value"].tolist() == [85e9, 1e9], _("uses and users have changed")

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("over 85 billion uses by over 1 billion users"),
            "finding": _("as usually meant {low:.1f} to {high:.1f} uses per user and month; by the letter, nothing follows").format(low=usual.low, high=usual.high),
            "confidence": _("high for the arithmetic, low for what one use is"),
            "missing": _("a definition of a use, and both figures as counts"),
        },
        {
            "claim": _("86 billion visits by March 2023"),
            "finding": _("does not continue the 85 billion: {low} to {high} would be needed").format(low=format_count(expected.low, 0), high=format_count(expected.high, 0)),
            "confidence": _("high that something changed: the definition, the platform or the pace; the two figures cannot say which"),
            "missing": _("one series with one definition"),
        },
        {
            "claim": _("over 100 million market entities"),
            "finding": _("true since {since}; about {then} when the article said it").format(since=since, then=format_count(then)),
            "confidence": _("high for the size; the figure of June 2023 is derived from a printed share"),
            "missing": _("how many of those registered are in business"),
        },
        {
            "claim": _("over 1.4 billion people"),
            "finding": _("true, between {before} and {after}").format(before=format_count(nation.iloc[0]), after=format_count(nation.iloc[1])),
            "confidence": _("high: the series of the National Bureau of Statistics"),
            "missing": _("nothing; but the count falls, and a bound that is passed from above becomes false"),
        },
        {
            "claim": _("{n} figures without a qualifier").format(n=int((sized["qualifier"] == qualifiers["exact"]).sum())),
            "finding": _("{counted} of them are exact, counted or set; the others are rounded, with a room that can be computed").format(counted=int(counted.sum())),
            "confidence": _("high: the rules are stated"),
            "missing": _("nothing; the next lessons test them"),
        },
    ]
)  # fmt: skip

# %% tags=["results"]
record(
    claims=len(claims),
    qualified=int(qualified.sum()),
    read=len(read),
    open=n_open,
    counted=int(counted.sum()),
    sum_of_logs=float(np.log10(read["value"]).sum()),
    room_of_share=room["C12"],
    room_of_count=room["C11"],
    months=months,
    per_user=[readings[_("as usually meant")][2].low, readings[_("as usually meant")][2].high],
    per_user_month=[usual.low, usual.high],
    per_person_month=[per_person.low, per_person.high],
    persons=persons[denominator],
    expected=[expected.low, expected.high],
    found=[found.low, found.high],
    entities_since=int(since.replace("-", "")),
    entities_ratio=float(then / bound),
    room_of_people=spare.tolist(),
    systems=len(systems),
    largest_part=int(per_part.max()),
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
