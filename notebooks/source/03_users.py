# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# Two figures stand in the article, a few paragraphs apart.
# The national integrated platform has more than 1 billion real-name users; the national portal, which is a part of it, has 808 million registered users.
#
# Is that growth, overlap, or the same people counted twice?
# The answer is not in the article, but a good deal of it can be computed.

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask everyone to write down one number: how many people in China, do you think, have *both* a national and a provincial account?
# Keep the slips; the fourth section shows which of them can be ruled out.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import users
from digigov.quantities import printed_interval

begin("03", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
series = load("platform_series")
platforms = {
    "national_integrated_platform": _("whole integrated platform"),
    "national_gov_service_platform": _("national portal alone"),
}
counted = ["registered_users", "real_name_users"]
sourced = series[series["entity"].isin(platforms) & series["metric"].isin(counted)]

# %%
article = claims.loc[["C03", "C05"], ["metric", "as_of", "value", "qualifier"]].rename(
    columns={"as_of": "period"}
)
article["entity"] = list(platforms)
parts = {_("other source"): sourced, _("article"): article}
printed = pd.concat(parts, names=["origin", None]).reset_index(level="origin")
printed["platform"] = printed["entity"].map(platforms)
printed = printed[["period", "platform", "metric", "value", "qualifier", "origin", "entity"]]

# %% tags=["check"]
assert claims.loc["C03", ["value", "qualifier"]].tolist() == [1e9, "over"], _(
    "the claim of 1 billion has changed"
)
assert claims.loc["C05", ["value", "qualifier"]].tolist() == [808e6, "exact"], _(
    "the claim of 808 million has changed"
)

# %% [markdown]
# ## One number, two platforms?
#
# Here is every count of users that our sources print for the two.
# **Predict:** 809 million appears twice, for the same month. Can both rows be right?

# %%
qualifiers = {"exact": _("exact"), "about": _("about"), "over": _("over")}
metrics = {"registered_users": _("registered"), "real_name_users": _("real-name")}
listing = printed.sort_values(["period", "platform"])
pd.DataFrame(
    {
        _("date"): listing["period"],
        _("platform"): listing["platform"],
        _("users"): listing["metric"].map(metrics),
        _("millions"): (listing["value"] / 1e6).map("{:,.0f}".format),
        _("qualifier"): listing["qualifier"].map(qualifiers),
        _("printed in"): listing["origin"],
    }
).reset_index(drop=True)

# %% [markdown]
# A registered user stays registered, so such a series should not fall.
# Does the portal's series rise, by the letter of its qualifiers, and as they are usually meant?

# %%
portal = printed[printed["entity"] == "national_gov_service_platform"]


def growth_of(rows, usual):
    intervals = [
        printed_interval(value, qualifier, usual=usual)
        for value, qualifier in zip(rows["value"], rows["qualifier"], strict=True)
    ]
    return users.steps(rows.assign(interval=intervals))


by_letter, as_meant = growth_of(portal, usual=False), growth_of(portal, usual=True)
fallen = as_meant[as_meant["falls"]]
say(
    _("By the letter {letter} of the {n} steps must be a fall: over 400 million does not exclude 900 million. As it is usually meant, {meant} is: {steps}."),
    letter=int(by_letter["falls"].sum()), n=len(as_meant), meant=len(fallen),
    steps=_("; ").join(fallen["start"] + " → " + fallen["end"]),
)  # fmt: skip

# %% [markdown]
# So one of the two figures of 809 million stands with the wrong platform.
# Attribute it yourself: the button moves the figure of December 2020 from one series to the other.

# %%
readings = [_("the whole platform"), _("the portal alone")]
button = alt.binding_radio(options=readings, name=_("The 809 million of 2020 belong to "))
reading = alt.param(name="reading", value=readings[0], bind=button)
dated = printed[printed["period"].str.len() == 7].assign(millions=printed["value"] / 1e6)

# %%
doubtful = (dated["period"] == "2020-12").to_numpy()
owner = dict(zip(platforms.values(), readings, strict=True))
dated["reading"] = dated["platform"].map(owner).where(doubtful, "")
dated["month"] = pd.to_datetime(dated["period"])

# %%
names = list(platforms.values())
hue = alt.Color(
    "platform:N", title=_("platform"), scale=alt.Scale(domain=names, range=list(charts.CATEGORY[:2]))
)
form = alt.Shape(
    "platform:N", title=_("platform"), scale=alt.Scale(domain=names, range=["circle", "diamond"])
)
chosen = alt.Chart(dated).transform_filter("datum.reading == '' || datum.reading == reading").encode(
    x=alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=6, labelFlush=True)),
    y=alt.Y("millions:Q", title=_("users, millions"), scale=alt.Scale(domain=[0, 1100])),
)  # fmt: skip
lines = chosen.mark_line(opacity=0.5).encode(color=hue)
marks = chosen.mark_point(size=110, opacity=1).encode(
    color=hue, shape=form, tooltip=["period:N", "platform:N", "millions:Q", "origin:N"]
)

# %%
show(
    (lines + marks).add_params(reading).properties(
        width=460, height=260, title=_("Printed numbers of users, with one attribution to choose")
    ),
    description=_(
        "Line chart of printed user numbers of two platforms, {first} to {last}, with a button that gives the 809 million of "
        "December 2020 to one of them. Given to the portal, its line falls to 400 million a year later and doubles again."
    ).format(first=dated["period"].min(), last=dated["period"].max()),
    table=dated[["period", "platform", "millions", "origin"]].set_axis(
        [_("date"), _("platform"), _("millions"), _("printed in")], axis="columns"
    ),
    source=[series, claims],
)  # fmt: skip

# %% tags=["check"]
twice = printed[(printed["value"] == 809e6) & (printed["period"] == "2020-12")]
assert set(twice["entity"]) == set(platforms), _("809 million is not printed for both platforms")
assert not by_letter["falls"].any(), _("a step falls by the letter now")
assert list(fallen["start"]) == ["2020-12"] and list(fallen["end"]) == ["2021-12"], _("another step falls")

# %% [markdown]
# The article's 808 million may be the portal's own count, doubled in a year.
# It may also be the old 809 million of the whole platform, copied once too often.
# No source settles it: **platform, metric and date** belong to a number like its unit.

# %% [markdown] tags=["instructor"]
# The English text of 2021 put the figure behind the address of the portal; the Chinese text behind the whole platform.
# Ask which of the two an editor could have got wrong more easily.
# “By the letter” is lesson 01 at work: a lower bound refutes nothing above it.

# %% [markdown]
# *About 20 minutes to here.*
#
# ## How fast did it grow?
#
# Growth from one figure to the next, as a *doubling time*: the months in which the number would double if it went on like that.
#
# $$ T_2 = \frac{\ln 2}{\ln(1 + g)} $$
#
# **Predict:** which of the two grew faster, the number of users or the number of uses?

# %%
whole = printed["entity"] == "national_integrated_platform"
people = printed[whole & (printed["period"] >= "2020-05") & (printed["period"].str.len() == 7)]

# %%
use_rows = series["metric"].isin(["uses_cumulative", "visits_cumulative"]) & series["entity"].isin(platforms)
claimed_uses = claims.loc[["C04"], ["as_of", "value", "qualifier"]].rename(columns={"as_of": "period"})
uses = pd.concat([series[use_rows], claimed_uses])
growths = {_("users"): growth_of(people, usual=True), _("uses"): growth_of(uses, usual=True)}
pace = pd.concat(growths, names=["what", None]).reset_index(level="what")

# %%
longest = 240
pace["step"] = pace["what"] + _(", ") + pace["start"] + " → " + pace["end"]
pace["fast"] = pace["doubling"].map(lambda months: min(months.low, longest))
pace["slow"] = pace["doubling"].map(lambda months: min(months.high, longest))
pace["open"] = pace["doubling"].map(lambda months: months.high > longest)

# %%
first_uses, last_uses = (pace[pace["what"] == _("uses")].iloc[i] for i in (0, -1))
say(
    _("From {start} to {end} the uses doubled in {fast:.1f} to {slow:.1f} months; in the last step it takes {last:.0f} months at least, if they grow at all."),
    start=first_uses["start"], end=first_uses["end"], fast=first_uses["fast"], slow=first_uses["slow"],
    last=last_uses["doubling"].low,
)  # fmt: skip

# %%
kinds = list(growths)
line = alt.Chart(pace.drop(columns=["growth", "doubling"])).encode(
    y=alt.Y("step:N", sort=None, title=None, axis=alt.Axis(labelLimit=240))
)
month_axis = alt.X(
    "fast:Q", title=_("doubling time, months"), scale=alt.Scale(type="log", domain=[4, longest], nice=False)
)
what = alt.Color(
    "what:N", title=_("number of"), scale=alt.Scale(domain=kinds, range=list(charts.CATEGORY[:2]))
)

# %%
bars = line.mark_rule(strokeWidth=10, opacity=0.6).encode(x=month_axis, x2="slow:Q", color=what)
ends = line.mark_point(size=70, opacity=1, filled=True).encode(x=month_axis, color=what)
arrows = (
    line.transform_filter("datum.open")
    .mark_text(text="→", fontSize=20, align="right")
    .encode(x=alt.X("slow:Q"), color=what)
)

# %%
show(
    (bars + ends + arrows).properties(width=420, height=alt.Step(34), title=_("Doubling times, as the qualifiers allow them")),
    description=_(
        "Range chart on a logarithmic axis: the doubling time that each pair of neighbouring figures allows, {users} steps of "
        "users and {uses} of uses. Early steps double within a year or so; arrows mark steps that may be no growth at all."
    ).format(users=len(growths[_("users")]), uses=len(growths[_("uses")])),
    table=pace[["what", "step", "fast", "slow"]].assign(slow=pace["slow"].where(~pace["open"])).round(1).set_axis(
        [_("number of"), _("step"), _("months, at least"), _("months, at most")], axis="columns"
    ),
    source=[series, claims],
)  # fmt: skip

# %% [markdown]
# The last figure counts *visits*, and one source gives it to the portal alone.
# A series whose definition changes has no growth rate over the change; the break in the pace is how you notice.
# And “over 1 billion”, printed in December 2021 and again a year later, allows any growth from none to a doubling.

# %% tags=["check"]
assert uses.sort_values("period")["value"].tolist() == [4.5e9, 36.82e9, 85e9, 86e9], _(
    "the series of uses has changed"
)
visits = series[series["metric"] == "visits_cumulative"]
assert visits["entity"].tolist() == ["national_gov_service_platform"], _("the visits have another platform")
billion = people[people["value"] == 1e9]
assert billion["period"].tolist() == ["2021-12", "2022-12"] and set(billion["qualifier"]) == {"over"}
assert last_uses["open"] and last_uses["end"] == "2023-03", _("the last step is not open any more")

# %% [markdown]
# **Try it:** in the function `growth_of`, read the qualifiers by the letter, and see which bars lose an end.

# %% [markdown]
# *About 35 minutes to here.*
#
# ## Is everybody in?
#
# Growth ends when nobody is left to join.
# The parameter `denominator` says who could join: the population, internet users, or those of them who tell a survey that they use government services online.
# **Predict:** against which of the three are there more accounts than people?

# %%
table = users.denominators(load("internet"), load("provinces"))
at_year_end = printed[whole & printed["period"].str.contains("^20..(?:-12)?$")]
accounts = at_year_end.groupby(at_year_end["period"].str[:4].astype(int))["value"].max().rename_axis("year")
labels = {
    "population": _("population"),
    "netizens": _("internet users"),
    "service_users": _("service users, by survey"),
}
ratios = pd.concat(
    {name: users.per_denominator(accounts[users.years_covered(accounts.index, table, name)], table, name) for name in labels},
    names=["denominator"],
).rename("ratio").reset_index()  # fmt: skip

# %%
now = ratios[ratios["denominator"] == denominator].set_index("year")["ratio"]
say(
    _("Real-name users per 100 of the chosen denominator ({name}): {list}. {reading}"),
    name=labels[denominator], list=_("; ").join(_("{year}: {n:.1f}").format(year=year, n=100 * ratio) for year, ratio in now.items()),
    reading=_("More than 100: not everybody counted can be one of them.") if now.max() > 1 else _("Room is left, as far as the lower bounds say."),
)  # fmt: skip

# %%
ratios["label"] = ratios["denominator"].map(labels)
ratios["chosen"] = ratios["denominator"] == denominator
frame = alt.Chart(ratios).encode(
    x=alt.X("year:O", title=_("end of the year")),
    y=alt.Y("ratio:Q", title=_("users per person"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1.3])),
    color=alt.Color("label:N", title=_("held against"), scale=alt.Scale(domain=list(labels.values()), range=list(charts.CATEGORY[:3]))),
    shape=alt.Shape("label:N", title=_("held against"), scale=alt.Scale(domain=list(labels.values()))),
)  # fmt: skip

# %%
full = alt.Chart(pd.DataFrame({"y": [1]})).mark_rule(strokeDash=[4, 3]).encode(y="y:Q")
faded = alt.condition("datum.chosen", alt.value(1), alt.value(0.35))
joined = frame.mark_line().encode(opacity=faded) + frame.mark_point(size=110).encode(opacity=faded)

# %%
show(
    (full + joined).properties(width=400, height=240, title=_("The same users, three denominators")),
    description=_(
        "Line chart of real-name users per person of three denominators by year, with a dashed line at 100 percent; the chosen "
        "one is drawn strongly. At the end of 2022 it is {population:.0%} of the population, {netizens:.0%} of internet users and "
        "{service_users:.0%} of those who say they use government services."
    ).format(**ratios[ratios["year"] == 2022].set_index("denominator")["ratio"]),
    table=ratios.assign(ratio=(100 * ratios["ratio"]).round(1))[["label", "year", "ratio"]].set_axis(
        [_("held against"), _("year"), _("users per 100")], axis="columns"
    ),
    source=[series, claims, load("internet"), load("provinces")],
)  # fmt: skip

# %% [markdown]
# A survey asks people; a platform counts accounts.
# More accounts than people who use such services is no scandal: an account that was needed once stays in the count.
# It only means that “users” are not users in the present tense.

# %% tags=["check"]
in_2022 = ratios[ratios["year"] == 2022].set_index("denominator")["ratio"]
assert in_2022["service_users"] > 1 > in_2022["netizens"] > in_2022["population"], _("the order has changed")

# %% [markdown] tags=["instructor"]
# The denominators of 2022 disagree among themselves: one paper rounds internet users down to 1.06 billion.
# Ask what a ratio above 100 percent would prove (nothing about fraud; something about definitions).
# Lesson 12 meets the same effect in Guangdong, with a ratio far above 100 percent.

# %% [markdown]
# *About 50 minutes to here.*
#
# ## Which overlaps are possible?
#
# Now take both figures of the article at their word: a portal with 808 million users inside a whole of 1 billion.
# Whoever is in the whole but not in the portal has a provincial account; how many have both?
# **Predict:** what is the smallest overlap that the two figures allow, and what the largest?

# %%
persons = table[denominator].dropna()
pool = max(persons[2022], claims.loc["C03", "value"])
national, union = claims.loc["C05", "value"] / pool, claims.loc["C03", "value"] / pool
say(
    _("Of {pool:count.3} persons, {national:.1%} use the portal and {union:.1%} the whole. {note}"),
    pool=pool, national=national, union=union,
    note=_("The chosen denominator is smaller than 1 billion, so everybody is taken to be in.") if pool > persons[2022] else _("The rest use neither."),
)  # fmt: skip

# %% [markdown]
# If the provinces had a share $p$ of these persons, Fréchet's bounds would hold for those with both accounts, whatever else is true:
#
# $$ \max(0,\ a + p - 1)\ \le\ both\ \le\ \min(a,\ p) $$
#
# The union adds one more equation, $both = a + p - u$, which is a line through that region.

# %%
shares = np.linspace(0, 1, 101)
bounds = [users.both_bounds(national, p) for p in shares]
region = pd.DataFrame({"p": shares, "low": [b.low for b in bounds], "high": [b.high for b in bounds]})
none, everyone = (users.provincial_share(national, union, o) for o in (0, 1))
here = users.provincial_share(national, union, overlap)
say(
    _("Anything: without overlap the provinces need {none:.1%} of the persons, with full overlap {all:.1%}. At the overlap of {overlap:.0%} they have {here:.1%}, which is {count:count.3}."),
    none=none, all=everyone, overlap=overlap, here=here, count=here * pool,
)  # fmt: skip

# %%
on_line = pd.DataFrame({"p": [none, everyone], "both": [0, national]})
point = pd.DataFrame({"p": [here], "both": [overlap * national]})
p_axis = alt.X(
    "p:Q",
    title=_("share with a provincial account"),
    axis=alt.Axis(format="%"),
    scale=alt.Scale(domain=[0, 1]),
)
possible = alt.Chart(region).mark_area(opacity=0.25).encode(
    x=p_axis, y=alt.Y("low:Q", title=_("share with both"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])), y2="high:Q"
)  # fmt: skip
fits = alt.Chart(on_line).mark_line(color=charts.HIGHLIGHT, strokeWidth=3).encode(x=p_axis, y="both:Q")
dot = (
    alt.Chart(point)
    .mark_point(size=160, color="black", opacity=1, shape="diamond")
    .encode(x=p_axis, y="both:Q")
)

# %%
show(
    (possible + fits + dot).properties(
        width=360, height=300, title=_("What Fréchet allows (area), and what the union demands (line)")
    ),
    description=_(
        "Area chart of the possible shares with both accounts by the share with a provincial one, with the line on which the "
        "union is right. The line runs from {none:.0%} of persons and no overlap to {all:.0%} and full overlap; a diamond marks "
        "the chosen overlap of {overlap:.0%}."
    ).format(none=none, all=everyone, overlap=overlap),
    table=region.iloc[::10].set_axis([_("provincial share"), _("both, at least"), _("both, at most")], axis="columns").round(3),
    source=[claims, load("provinces"), load("internet")],
)  # fmt: skip

# %% [markdown]
# So the two figures together say *nothing* about the overlap.
# A third one would: the number of persons with a provincial account, counted once each.
# What exists is older: 239 million registered with 32 provincial platforms in 2019, and Guangdong alone claims nearly 150 million since.

# %% tags=["check"]
provincial = series[
    (series["entity"] == "provincial_platforms") & (series["metric"] == "registered_personal_users")
]
assert provincial.set_index("period")["value"]["2019"] == 239e6, _("the provincial figure has changed")
assert claims.loc["C15", ["value", "qualifier"]].tolist() == [150e6, "nearly"], _(
    "the claim for Guangdong has changed"
)
assert abs(here - overlap * national - (union - national)) < 1e-12, _("the union does not come out")

# %% [markdown]
# ## What would the accounts show?
#
# Simulate it: each of `n_people` persons is dealt one of four fates, the portal only, a province only, both, or none.
# We repeat that for many populations and every overlap, and add up accounts as a press office would.
# **Predict:** by how much does the sum of the accounts exceed the persons?

# %%
rng = np.random.default_rng(seed)
n_draws = 400
worlds = pd.concat(
    users.simulate(national, union, o, n_people, n_draws, rng).assign(overlap=o)
    for o in np.linspace(0, 1, 11)
)
chosen_world = users.simulate(national, union, overlap, n_people, n_draws, rng)
again_low, again_high = np.quantile(chosen_world["accounts"], [0.05, 0.95])

# %%
limits = [
    users.both_bounds(min(a, 1), min(p, 1))
    for a, p in zip(worlds["national"], worlds["provincial"], strict=True)
]
inside = sum(b.low - 1e-9 <= both <= b.high + 1e-9 for b, both in zip(limits, worlds["both"], strict=True))
say(
    _("{inside:,} of {n:,} simulated populations lie inside Fréchet's bounds. At the overlap of {overlap:.0%} there are {mean:.2f} accounts a person ({low:.2f} to {high:.2f} in nine of ten), for {union:.2f} persons with any."),
    inside=inside, n=len(worlds), overlap=overlap, mean=chosen_world["accounts"].mean(), low=again_low, high=again_high, union=union,
)  # fmt: skip

# %%
spread = worlds.groupby("overlap")[["accounts", "union"]].quantile([0.05, 0.5, 0.95]).unstack()
counted_as = {"accounts": _("accounts, added up"), "union": _("persons with any")}
ribbon = pd.concat(
    {
        label: spread[name].set_axis(["low", "middle", "high"], axis="columns")
        for name, label in counted_as.items()
    },
    names=["what"],
).reset_index()

# %%
ink = alt.Color(
    "what:N",
    title=_("per person"),
    scale=alt.Scale(domain=list(counted_as.values()), range=list(charts.CATEGORY[:2])),
)
axes = alt.Chart(ribbon).encode(
    x=alt.X(
        "overlap:Q",
        title=_("share of portal users who also have a provincial account"),
        axis=alt.Axis(format="%"),
    )
)

# %%
bands = axes.mark_area(opacity=0.3).encode(
    y=alt.Y("low:Q", title=_("per person of the denominator"), scale=alt.Scale(domain=[0, 2])),
    y2="high:Q",
    color=ink,
)
middles = axes.mark_line().encode(y="middle:Q", color=ink)
here_rule = alt.Chart(pd.DataFrame({"overlap": [overlap]})).mark_rule(strokeDash=[4, 3]).encode(x="overlap:Q")
show(
    (bands + middles + here_rule).properties(width=420, height=240, title=_("Accounts add up; persons do not")),
    description=_(
        "Line chart with bands over {draws} simulated populations of {n:,} persons each: accounts per person rise with the overlap "
        "from {low:.2f} to {high:.2f}, while the persons with any account stay at {union:.2f}. A dashed line marks the chosen overlap."
    ).format(draws=n_draws, n=n_people, low=spread["accounts"][0.5].iloc[0], high=spread["accounts"][0.5].iloc[-1], union=union),
    table=ribbon.round(3).set_axis([_("per person"), _("overlap"), _("5 % of draws"), _("median"), _("95 % of draws")], axis="columns"),
    source=[claims, load("provinces"), load("internet")],
    synthetic=_("each person is dealt an account or none at random; the shares are those of the two claims"),
)  # fmt: skip

# %% [markdown]
# The wider the bands, the smaller the population: with few persons chance alone moves the shares.
# But no sample, however large, brings the overlap back once only accounts are counted.

# %% tags=["check"]
assert inside == len(worlds), _("a simulated population lies outside the bounds")

# %% [markdown]
# **Try it:** set `n_people` to its smallest value and look at the bands, then `overlap` to 1.

# %% [markdown] tags=["instructor"]
# Collect the slips of the beginning: every number from none to 808 million is possible, and that is the result.
# Then ask for the one figure that would decide it, and who could publish it at no cost.
# Students who divided accounts by people now know what they divided.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “nearly everyone in China uses it”
#
# A real-name user is an identity that was verified once.
# It may be used daily or never again, and the same person may be counted by a province as well.
# “Users” of a platform divided by people is a ratio of accounts to persons, not a share of the population.

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("more than 1 billion real-name users at the end of 2022"),
            "finding": _("supported in size by figures before and after; {ratio:.0%} of the chosen denominator").format(
                ratio=now.get(2022, float("nan"))
            ),
            "confidence": _("moderate: all figures go back to the same offices"),
            "missing": _("users active in a month, counted as persons"),
        },
        {
            "claim": _("808 million registered users of the national portal"),
            "finding": _("not comparable: nearly the 809 million that two sources give to two platforms, and twice the 400 million of a year before"),
            "confidence": _("high that something is mixed up; low about what"),
            "missing": _("one dated series for one platform"),
        },
        {
            "claim": _("85 billion uses"),
            "finding": _("fits the rise from 36.8 billion; the 86 billion visits three months later belong to another count"),
            "confidence": _("moderate"),
            "missing": _("a definition of one use"),
        },
    ]
)  # fmt: skip

# %% tags=["check"]
assert uses.loc[uses["period"] == "2021-12", "value"].tolist() == [36.82e9], _(
    "the uses of 2021 have changed"
)
assert portal.loc[portal["period"] == "2021-12", "value"].tolist() == [400e6], _(
    "the portal's users of 2021 have changed"
)

# %% tags=["results"]
record(
    users=claims.loc["C03", "value"],
    portal_users=claims.loc["C05", "value"],
    uses=claims.loc["C04", "value"],
    falls=len(fallen),
    doubling_of_uses=[first_uses["fast"], first_uses["slow"]],
    growth_to_the_claim=[pace["growth"].iloc[-2].low, pace["growth"].iloc[-2].high],
    portal_growth=[as_meant["growth"].iloc[1].low, as_meant["growth"].iloc[1].high],
    ratios=now.round(6).tolist(),
    pool=pool,
    national=national,
    union=union,
    provincial=[none, here, everyone],
    both=overlap * national,
    accounts=chosen_world["accounts"].mean(),
    accounts_range=[again_low, again_high],
    inside=inside / len(worlds),
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
