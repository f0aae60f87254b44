# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# Beijing, the article says, gives all its departments one base, seven “connections” and one platform, and runs three city applications on it: Jingtong for residents, Jingban for officials, Jingzhi for decisions.
# Build once, use three times: is that a saving, a risk, or both?
#
# Where residents meet the city, another thing is shared: one telephone number, 12345.
# Its totals hide a year that none of our sources prints, and its three indicators hide more than that.

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask who would share one server room between the hospital, the tax office and the buses, and let two students argue it.
# The first half of the lesson gives both of them a number; the second half is about what a desk does when it is measured.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import beijing
from digigov.quantities import format_count, printed_interval

begin("11", globals(), edition="en")

# %% [markdown]
# ## From how many applications on does building once pay?
#
# A component written for reuse costs more than one written for a single application, and connecting an application to it isn't free.
# For the second, course notes on software metrics take 0.2 of the cost of writing one's own as their example.
# For the first the trade has two rules of thumb: 1.5 times in those notes, 3 times by the “rule of three”.
#
# **Predict:** does a base pay with three applications?

# %%
claims = load("claims").set_index("claim_id")
n_components = int(claims.loc["C26", "value"]) + 1  # seven connections and the platform
reusing = 0.2
rules = {_("shared, written at 1.5"): 1.5, _("shared, written at 3"): 3.0}
pays_from = pd.Series({name: beijing.break_even(writing, reusing) for name, writing in rules.items()})
pays_from.round(2).to_frame(_("costs are equal at … applications"))

# %%
numbers = np.arange(1, max(10, n_applications) + 1)
costs = pd.DataFrame({_("apart"): numbers.astype(float)}, index=pd.Index(numbers, name="n"))
for name, writing in rules.items():
    costs[name] = [beijing.build_costs(n, writing, reusing)["shared"] for n in numbers]
here = costs.loc[n_applications]
order = list(costs.columns)

# %%
scale = alt.Scale(domain=order)
lines = (
    alt.Chart(costs.reset_index().melt("n", var_name="way", value_name="cost"))
    .mark_line(strokeWidth=3)
    .encode(
        x=alt.X("n:Q", title=_("applications that need the component")),
        y=alt.Y("cost:Q", title=_("cost (one application's own component = 1)")),
        color=alt.Color("way:N", title=_("built"), scale=scale, sort=order),
        strokeDash=alt.StrokeDash("way:N", title=_("built"), scale=scale, sort=order),
    )
)
mark = alt.Chart(pd.DataFrame({"n": [n_applications]})).mark_rule(color=charts.HIGHLIGHT).encode(x="n:Q")

# %%
show(
    (lines + mark).properties(width=430, height=250, title=_("Two rules of thumb, two break-even points")),
    description=_(
        "Line chart of the cost of one component against the number of applications that need it. Building "
        "apart rises steepest; the two shared lines start higher and rise slowly, and meet it at {low:.2f} "
        "and {high:.2f} applications. A vertical rule marks {n}."
    ).format(low=pays_from.min(), high=pays_from.max(), n=n_applications),
    table=costs.round(2).rename_axis(_("applications")).reset_index(),
    source=claims,
    synthetic=_("costs by the two rules of thumb; Beijing has published none"),
)

# %%
winners = [name for name in rules if here[name] < here.iloc[0]]
say(
    _(
        "With n = {n}, sharing is cheaper by {k} of the 2 rules of thumb. They part between {low:.2f} and {high:.2f}."
    ),
    n=n_applications,
    k=len(winners),
    low=pays_from.min(),
    high=pays_from.max(),
)

# %% [markdown]
# The article's three applications fall between the two break-even points: the claim that sharing saves money rests on a factor that no source of ours prints.

# %% tags=["check"]
assert claims.loc[["C26", "C27"], "value"].tolist() == [7, 3], _("the claim's counts have changed")
assert pays_from.iloc[0] < 3 < pays_from.iloc[1], _("three applications no longer lie between the rules")

# %% [markdown]
# ## What does a shared base do to outages?
#
# An application works when all components that it stands on work: availabilities multiply.
# Apart or shared, it stands on just as many.
# **Predict:** does sharing give an application more hours of outage in a year, or fewer, or as many?

# %%
base = beijing.base_availability(availability, n_components)
distribution = beijing.applications_out(n_applications, base)
hours = beijing.HOURS_A_YEAR
summary = pd.DataFrame(
    {
        _("one application out"): distribution.mul(distribution.index, axis="index").sum() / n_applications,
        _("at least one out"): distribution.iloc[1:].sum(),
        _("all out"): distribution.iloc[-1],
    }
)
(hours * summary.T).rename(columns={"apart": _("apart"), "shared": _("shared")}).map("{:,.4g}".format)

# %%
hours_out = hours * distribution.iloc[1:].sum()
all_out = hours * distribution["apart"].iloc[-1]
all_out_text = f"{all_out:,.4g}" if all_out >= 0.001 else _("less than 0.001")
say(
    _(
        "Components that each work {one:.5g} % of the time make a base that works {base:.5g} %: {shared:,.4g} hours of "
        "outage a year for every application, shared or not. Sharing moves the hours: {shared:,.4g} instead of "
        "{apart:,.4g} with any application out, {shared:,.4g} instead of {all_apart} with all of them out."
    )
    if n_applications > 1
    else _(
        "With one application there is nothing to share: {shared:,.4g} hours of outage a year either way."
    ),
    one=100 * availability,
    base=100 * base,
    all_apart=all_out_text,
    **hours_out,
)

# %%
at_least = hours * distribution.iloc[:0:-1].cumsum()
names = {"apart": _("apart"), "shared": _("on one base")}
shown = (
    at_least.rename(columns=names).reset_index().melt("applications_out", var_name="way", value_name="hours")
)
shown = shown[shown["hours"] >= 0.001]
scale = alt.Scale(type="log", domain=[0.001, 10_000], nice=False)
axis = alt.Axis(format="~r", values=[0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000])

# %%
order = alt.Scale(domain=list(names.values()))
outages = alt.Chart(shown).encode(
    x=alt.X("applications_out:O", title=_("at least so many applications out at once")),
    y=alt.Y("hours:Q", title=_("hours a year"), scale=scale, axis=axis),
    color=alt.Color("way:N", title=_("built"), scale=order),
)
points = outages.mark_point(size=80, opacity=1).encode(
    shape=alt.Shape("way:N", title=_("built"), scale=order)
)

# %%
show(
    (outages.mark_line() + points).properties(
        width=430, height=250, title=_("On one base, an outage is everybody's outage")
    ),
    description=_(
        "Line chart on a logarithmic scale: hours a year with at least so many of {n} applications out. On one "
        "base the line is flat at {flat:,.4g} hours; apart it starts at {start:,.4g} for any application and ends "
        "at {end} for all of them. Less than a thousandth of an hour is not drawn."
    ).format(
        n=n_applications,
        flat=hours * (1 - base),
        start=at_least["apart"].loc[1],
        end=all_out_text,
    ),
    table=at_least.sort_index().rename(columns=names).rename_axis(_("at least out")).reset_index(),
    synthetic=_("components fail independently of one another, with the availability set in the parameters"),
)

# %% [markdown] tags=["instructor"]
# Most students say that sharing makes outages more likely.
# The mean is the same; let them find which sentence about outages is true for which way of building.
# A citizen who can't pay online can phone: only if not everything is out at once.

# %% [markdown]
# ## Who decides whether that is worse?
#
# Count an hour in which $x$ applications are out as $x^\gamma$.
# With $\gamma = 0$ it counts once, like a headline; with $\gamma = 1$ applications are counted; with $\gamma = 2$ an outage hurts more than in proportion, because there is nothing left to fall back on.
# **Predict:** for which of the three is the shared base better?

# %%
countings = {0: _("once, like a headline"), 1: _("each application"), 2: _("by the square")}
losses = pd.DataFrame({g: beijing.outage_loss(n_applications, base, g) for g in countings}).T
losses.rename(index=countings, columns=names).rename_axis(_("counted")).map("{:,.4g}".format)

# %%
years = 10
saving = n_components * (here.iloc[0] - here.iloc[1])
extra = years * (losses.loc[2, "shared"] - losses.loc[2, "apart"])
worth = 100 * saving / extra if extra > 0 else 0.0

# %%
say(
    _(
        "Counted once, sharing divides the loss by {headline:.2f}; by the square it multiplies it by {square:.2f}. "
        "Written at 1.5, the base saves {saving:.1f} components; what it adds to the outages of ten years, by the "
        "square, eats that up if an hour of one application costs {worth:.3g} % of a component."
    )
    if saving > 0 and extra > 0
    else _("Here the base saves nothing in building, so there is nothing that outages could eat up."),
    headline=losses.loc[0, "apart"] / losses.loc[0, "shared"],
    square=losses.loc[2, "shared"] / losses.loc[2, "apart"],
    saving=saving,
    worth=worth,
)

# %%
grid = pd.DataFrame(
    {
        "n": n,
        "counted": label,
        "saved": n_components * (n - 1.5 - reusing * n),
        "extra": years * loss["shared"] - years * loss["apart"],
    }
    for n in range(1, 51)
    for g, label in countings.items()
    for loss in [beijing.outage_loss(n, base, g)]
)
order = alt.Scale(domain=list(countings.values()))

# %% [markdown]
# Now for every number of applications: what is saved in building, less what sharing adds to the outages of ten years.
# **Try it:** move the slider until the line “by the square” turns round at ten applications.

# %%
slider = alt.binding_range(min=0, max=0.1, step=0.005, name=_("cost of an hour, % of a component:"))
hour_cost = alt.param(name="hour_cost", value=0.03, bind=slider)

# %%
net = (
    alt.Chart(grid)
    .transform_calculate(net="datum.saved - hour_cost / 100 * datum.extra")
    .mark_line(strokeWidth=3, clip=True)
    .encode(
        x=alt.X("n:Q", title=_("applications on the base")),
        y=alt.Y("net:Q", title=_("net saving, components"), scale=alt.Scale(domain=[-300, 400])),
        color=alt.Color("counted:N", title=_("an outage counts"), scale=order),
        strokeDash=alt.StrokeDash("counted:N", title=_("an outage counts"), scale=order),
    )
)

# %%
net_square = np.array(
    [
        beijing.net_saving(
            n, availability, 1.5, reusing,
            n_components=n_components, exponent=2, hour_cost=0.0003, years=years,
        )
        for n in range(1, 51)
    ]
)  # fmt: skip
pays = 1 + np.flatnonzero(net_square > 0)
window = [int(pays.min()), int(pays.max())] if len(pays) else [0, 0]
zero = alt.Chart(pd.DataFrame({"net": [0]})).mark_rule(color=charts.MUTED).encode(y="net:Q")

# %%
show(
    (zero + net)
    .add_params(hour_cost)
    .properties(width=420, height=260, title=_("More applications: more saved, and more to lose at once")),
    description=_(
        "Line chart of the net saving against 1 to 50 applications, one line for each way of counting outages. "
        "With a cost of 0.03 percent of a component an hour, the line for counting by the square is above zero "
        "from {low} to {high} applications. A slider changes the cost."
    ).format(low=window[0], high=window[1])
    if len(pays)
    else _(
        "Line chart of the net saving against 1 to 50 applications, one line for each way of counting outages. "
        "With a cost of 0.03 percent of a component an hour, the line for counting by the square is never above "
        "zero. A slider changes the cost."
    ),
    table=grid[grid["n"].isin([1, 2, 3, 5, 10, 20, 30, 40, 50])]
    .round(1)
    .set_axis(
        [_("applications"), _("counted"), _("saved in building"), _("added outage hours")], axis="columns"
    ),
    synthetic=_("written at 1.5, connected at 0.2, ten years; the cost of an hour is assumed"),
)

# %%
say(
    _(
        "At 0.03 % of a component an hour, and counted by the square, the base pays from {low} to {high} of at most "
        "50 applications."
    )
    if len(pays)
    else _("At 0.03 % of a component an hour, and counted by the square, the base never pays."),
    low=window[0],
    high=window[1],
)

# %% tags=["check"]
one_each = beijing.outage_loss(n_applications, base, 1)
assert abs(one_each["shared"] / one_each["apart"] - 1) < 1e-9, _("sharing changes the mean")
assert losses.loc[0, "shared"] <= losses.loc[0, "apart"] * (1 + 1e-9), _("sharing adds outages")
assert losses.loc[2, "shared"] >= losses.loc[2, "apart"] * (1 - 1e-9), _("sharing spreads outages")

# %% [markdown]
# *About 35 minutes to here.*
#
# ## Which year is missing?
#
# Now the shared telephone.
# The hotline 12345 has printed its cases for some years, and totals since 2019 for others.
# Fill the years between 2020 and 2023 by steady growth.
# **Predict:** does the sum to June 2024 meet the printed total of 141 million?

# %%
series = load("platform_series")
hotline = series[series["entity"] == "beijing_12345"].set_index(["metric", "period"])
values = hotline["value"]
cases = values["cases"][["2019", "2020", "2023"]]
totals = values["cases_cumulative_since_2019"]
half = values["cases_half_year"]["2024-06"]
growth = (cases["2023"] / cases["2020"]) ** (1 / 3)
steady = cases.sum() + half + cases["2020"] * (growth + growth**2)

# %%
say(
    _(
        "Steady growth of {growth:.1%} a year leads to {steady:count.3} cases by June 2024; printed are {total:count.3}. "
        "{missing:count.2} cases are missing."
    ),
    growth=growth - 1,
    steady=steady,
    total=totals["2024-06"],
    missing=totals["2024-06"] - steady,
)

# %% [markdown]
# An earlier total, to November 2021, says where they are.

# %%
derived_2021 = totals["2021-11"] - cases["2019"] - cases["2020"]
residual = totals["2024-06"] - totals["2021-11"] - cases["2023"] - half
pieces = pd.DataFrame(
    [
        ("2019-01", 12, cases["2019"], True),
        ("2020-01", 12, cases["2020"], True),
        ("2021-01", 11, derived_2021, False),
        ("2021-12", 13, residual, False),
        ("2023-01", 12, cases["2023"], True),
        ("2024-01", 6, half, True),
        ("2024-07", 6, totals["2024-12"] - totals["2024-06"], False),
    ],
    columns=["start", "months", "cases", "printed"],
)

# %%
begins = pd.PeriodIndex(pieces["start"], freq="M")
pieces["from"], pieces["to"] = begins.to_timestamp(), (begins + pieces["months"].to_numpy()).to_timestamp()
pieces["monthly"] = pieces["cases"] / pieces["months"]
words = {True: _("printed"), False: _("what the totals leave")}
pieces["status"] = pieces["printed"].map(words)
pieces["label"] = [format_count(one, 1) for one in pieces["cases"]]

# %%
scale = alt.Scale(domain=list(words.values()), range=list(charts.TONES[:2]))
blocks = (
    alt.Chart(pieces.assign(zero=0))
    .mark_rect(stroke="white", strokeWidth=1.5)
    .encode(
        x=alt.X("from:T", title=None, axis=alt.Axis(format="%Y", tickCount="year")),
        x2="to:T",
        y=alt.Y("monthly:Q", axis=charts.count_axis(_("cases a month"))),
        y2="zero:Q",
        color=alt.Color("status:N", title=_("cases"), scale=scale),
    )
)

# %%
middle = pieces.assign(middle=pieces["from"] + (pieces["to"] - pieces["from"]) / 2)
middle = middle[middle["months"] > 6]  # no room for words on half a year
labels = alt.Chart(middle).mark_text(dy=-8).encode(x="middle:T", y="monthly:Q", text="label:N")

# %%
show(
    (blocks + labels).properties(
        width=540, height=250, title=_("Area is cases: thirteen months hold more than half of them")
    ),
    description=_(
        "Blocks along the years 2019 to 2024; height is cases a month, area is cases. Printed years grow from "
        "{first} to {last} a year. The block from December 2021 to December 2022, which only the "
        "totals reveal, is {times:.1f} times as high as that of 2023."
    ).format(
        first=format_count(cases["2019"], 2),
        last=format_count(cases["2023"], 2),
        times=pieces["monthly"][3] / pieces["monthly"][4],
    ),
    table=pieces[["start", "months", "cases", "monthly", "status"]]
    .round(0)
    .set_axis([_("from"), _("months"), _("cases"), _("cases a month"), _("status")], axis="columns"),
    source=series,
)

# %% [markdown]
# In 2021 nothing is missing.
# The thirteen months after it hold the rest, and every total in the sum was rounded: how sure is the residual?
# And could the desk have taken so many?
# At the end of 2024 it had over 1700 operators, each taking 80 to 100 calls a day.

# %%
qualifiers = hotline["qualifier"]
until_november, year_2023, until_june, first_half = (
    printed_interval(values[row], qualifiers[row], usual=True)
    for row in [
        ("cases_cumulative_since_2019", "2021-11"),
        ("cases", "2023"),
        ("cases_cumulative_since_2019", "2024-06"),
        ("cases_half_year", "2024-06"),
    ]
)
residual_interval = until_june - until_november - year_2023 - first_half
a_month = 365.25 / 12 * values["operators"]["2024-12"]

# %%
say(
    _(
        "Between {low:count.1} and {high:count.1} cases, about {monthly:count.1} a month. The operators of 2024, "
        "all at work on every day, take {fewest:count.1} to {most:count.1} calls a month."
    ),
    low=residual_interval.low,
    high=residual_interval.high,
    monthly=residual / 13,
    fewest=80 * a_month,
    most=100 * a_month,
)

# %% [markdown]
# A year of epidemic may have filled the lines, another definition of a case may have filled the total, or both.
# The first would take more staff, or more cases that came without a call.
# The totals can't tell; an average growth rate from 2020 to 2023 would never even have asked.

# %% tags=["check"]
assert totals["2024-06"] == 141e6 and totals["2021-11"] == 31.34e6, _("a printed total has changed")
assert residual > 0.5 * totals["2024-06"], _("the residual is no longer more than half")
assert 0.9 < derived_2021 / 11 * 12 / (cases["2020"] * growth) < 1.1, _("2021 is no longer on the line")
assert values["operators"]["2024-12"] == 1700 and values["calls_per_operator_and_day"]["2024-12"] == 90
assert residual / 13 > 100 * a_month, _("the operators of 2024 could have taken the calls")

# %% [markdown] tags=["instructor"]
# Both totals were seen in copies of newspaper reports only; say so before somebody quotes the residual as a fact.
# Good question for the class: which single figure would you ask the hotline for?
# (The cases of 2022 by channel, with the definition of a case.)

# %% [markdown]
# *About 50 minutes to here.*
#
# ## How can more people be satisfied than helped?
#
# Three indicators judge the departments: *response* (did they call back?), *resolution* (was it solved?) and *satisfaction*.
# In January 2019 resolution was 53 % and satisfaction 65 %; at the end of 2024 they were 97 % and 97.3 %.
# **Predict:** among citizens whose problem was not solved, how many were satisfied all the same?

# %%
pairs = [
    (_("city, January 2019"), "beijing_12345", "", "2019-01"),
    (_("city, December 2024"), "beijing_12345", "", "2024-12"),
    (_("epidemic cases, 2020"), "beijing_12345", "_epidemic", "2020"),
    (_("firms, to November 2021"), "beijing_12345_business", "", "2021-11"),
    (_("E-Town, 2022"), "beijing_12345_etown", "", "2022"),
]
printed = series.set_index(["entity", "metric", "period"])["value"]
rates = pd.DataFrame(
    [
        (name, printed[who, "resolution_rate" + of, when], printed[who, "satisfaction_rate" + of, when])
        for name, who, of, when in pairs
    ],
    columns=["pair", "resolution", "satisfaction"],
)

# %% [markdown]
# By total probability, with $r$ resolved, $a$ satisfied among them and $b$ among the others:
#
# $$ satisfaction = r\,a + (1 - r)\,b $$
#
# Two dates, two unknowns: suppose that $a$ and $b$ didn't change in between.
# The other three pairs were not used; they can refute it.
# E-Town is the economic and technological development area of Beijing.

# %%
satisfied = beijing.satisfaction_by_outcome(rates["resolution"][:2] / 100, rates["satisfaction"][:2] / 100)
share = rates["resolution"] / 100
rates["model"] = 100 * (share * satisfied.if_resolved + (1 - share) * satisfied.if_not)
rates["error"] = rates["satisfaction"] - rates["model"]
rates.round(1).set_axis(
    [_("pair"), _("resolution, %"), _("satisfaction, %"), _("model, %"), _("error, points")], axis="columns"
)

# %%
say(
    _(
        "{a:.1%} of those helped are satisfied, and {b:.0%} of the others. The three pairs that were not used are "
        "missed by {error:.1f} points at most."
    ),
    a=satisfied.if_resolved,
    b=satisfied.if_not,
    error=rates["error"][2:].abs().max(),
)

# %%
ends = pd.DataFrame({"resolution": [50, 100]})
ends["satisfaction"] = (
    ends["resolution"] * satisfied.if_resolved + (100 - ends["resolution"]) * satisfied.if_not
)
used = {True: _("used for the fit"), False: _("not used")}
rates["used"] = [used[row < 2] for row in rates.index]
percent = alt.Scale(domain=[50, 100], nice=False)
x = alt.X("resolution:Q", title=_("resolution, percent"), scale=percent)
y = alt.Y("satisfaction:Q", title=_("satisfaction, percent"), scale=alt.Scale(domain=[60, 100]))
line = alt.Chart(ends).mark_line(color=charts.MUTED).encode(x=x, y=y)

# %%
scale = alt.Scale(domain=list(used.values()))
dots = (
    alt.Chart(rates)
    .mark_point(size=110, opacity=1)
    .encode(
        x=x,
        y=y,
        color=alt.Color("used:N", title=_("printed pair"), scale=scale),
        shape=alt.Shape("used:N", title=_("printed pair"), scale=scale),
        tooltip=["pair:N", "resolution:Q", "satisfaction:Q"],
    )
)

# %%
show(
    (line + dots).properties(width=400, height=260, title=_("Two pairs fix the line, three could refute it")),
    description=_(
        "Scatter plot of printed satisfaction against printed resolution, both in percent: five pairs and a line "
        "through the first two. The other three, all above 92 percent resolved, lie within {error:.1f} points of it."
    ).format(error=rates["error"][2:].abs().max()),
    table=rates[["pair", "resolution", "satisfaction", "model"]]
    .round(1)
    .set_axis([_("pair"), _("resolution, %"), _("satisfaction, %"), _("model, %")], axis="columns"),
    source=series,
)

# %% [markdown]
# The three lie so close together that they test little more than $a$.
# What holds without any model, if both rates count the same complaints: in January 2019 at least 12 points of the satisfied had no solution.

# %% tags=["check"]
assert rates["resolution"].tolist() == [53, 97, 94.3, 92.3, 96.2], _("a resolution rate has changed")
assert rates["satisfaction"][:2].tolist() == [65, 97.3], _("a satisfaction rate has changed")
assert rates["error"][2:].abs().max() < 2, _("the pairs that were not used refute the model")
assert rates["satisfaction"][0] - rates["resolution"][0] == 12

# %% [markdown]
# ## What happens when only one indicator is rewarded?
#
# Now build such a desk and let it run.
# Calls come at random, 41.5 % of them complaints as in the printed totals; one in ten goes to a wrong department first.
# For each complaint there is a call to make and work to do, within 48 hours.
# Rewarded for one indicator, the staff take the task that brings the most of it per hour; rewarded for all three, they take what is due first.
#
# The staff's work is set so that the desk resolves as much as E-Town printed for 2022, 96.2 % at about 22 calls an hour: that match is a fit, not a finding.
# The rest is assumed, too: a call takes 0.2 hours, and where response is rewarded it interrupts other work for 0.3 more.
# Where satisfaction is rewarded the call is a careful one of 0.6 hours, after which 60 % are satisfied even without a solution.

# %%
seeds = range(seed, seed + 12)
week = beijing.compare_rewards(arrivals_per_hour, n_departments, seeds, satisfied)
measured = {
    "response": _("response"),
    "resolution": _("resolution"),
    "satisfaction": _("satisfaction"),
    "hard": _("hard complaints resolved"),
}
rewards = {
    "all": _("all three"),
    "response": _("response"),
    "resolution": _("resolution"),
    "satisfaction": _("satisfaction"),
}

# %% [markdown]
# **Predict:** which reward leaves most *hard* complaints unsolved, those with more than four hours of work?
# And would any of the three printed indicators show it?

# %%
long = week.melt(["seed", "rewarded"], list(measured), var_name="measured", value_name="percent")
by_reward = long.groupby(["rewarded", "measured"])["percent"]
spread = by_reward.quantile([0.05, 0.95]).unstack().set_axis(["low", "high"], axis="columns")
spread = spread.assign(mean=by_reward.mean()).reset_index()
means = spread.pivot(index="rewarded", columns="measured", values="mean").loc[list(rewards), list(measured)]
means.round(1).rename(index=rewards, columns=measured).rename_axis(index=_("rewarded"), columns=None)

# %%
spread["reward"], spread["what"] = spread["rewarded"].map(rewards), spread["measured"].map(measured)
scale = alt.Scale(domain=list(rewards.values()))
rows = alt.Chart(spread).encode(
    y=alt.Y("what:N", sort=list(measured.values()), title=None, axis=alt.Axis(grid=True)),
    yOffset=alt.YOffset("reward:N", sort=list(rewards.values())),
    color=alt.Color("reward:N", title=_("rewarded"), scale=scale),
)
bars = rows.mark_rule(strokeWidth=2).encode(
    x=alt.X("low:Q", title=_("percent of the complaints"), scale=alt.Scale(domain=[0, 100])), x2="high:Q"
)
shapes = alt.Shape("reward:N", title=_("rewarded"), scale=scale)
dots = rows.mark_point(size=80, opacity=1).encode(x="mean:Q", shape=shapes)

# %%
show(
    (bars + dots).properties(
        width=400, height=300, title=_("The same calls, four rewards (bars: nine in ten weeks)")
    ),
    description=_(
        "Dot plot with intervals over twelve simulated weeks: response, resolution, satisfaction and resolution "
        "of hard complaints for each of four rewards. Hard complaints: {all:.0f} percent when all is rewarded, "
        "{response:.0f} for response, {resolution:.0f} for resolution, {satisfaction:.0f} for satisfaction."
    ).format(**means["hard"]),
    table=spread[["reward", "what", "low", "mean", "high"]]
    .round(1)
    .set_axis([_("rewarded"), _("measured"), _("5 %"), _("mean"), _("95 %")], axis="columns"),
    source=series,
    synthetic=_(
        "desk calibrated to E-Town's resolution rate of 2022; lengths of work and behaviour are assumed"
    ),
)

# %%
worst = means.loc[means["hard"].idxmin()]
say(
    _(
        "Fewest hard complaints are resolved when what is rewarded is {reward}: {hard:.0f} %. The three printed indicators "
        "then say {response:.0f}, {resolution:.0f} and {satisfaction:.0f} %."
    )
    if means["hard"].max() - worst["hard"] > 1
    else _("At this load the hard complaints are resolved alike, whatever is rewarded."),
    reward=rewards[worst.name],
    **worst,
)

# %%
paired = week.set_index(["seed", "rewarded"])[list(measured)]
effect = paired.xs(rewarded_indicator, level="rewarded") - paired.xs("all", level="rewarded")
low, high = effect.quantile(0.05), effect.quantile(0.95)
error = effect.std() / np.sqrt(len(effect))
clear = effect.mean().where(effect.mean().abs() > 2 * error, 0.0)
rising, falling = ((sign * clear[list(beijing.INDICATORS)] > 0).sum() for sign in (1, -1))

# %% [markdown]
# Twelve weeks are few: a mean change counts as a rise or a fall only if it is more than twice its standard error.

# %%
say(
    _(
        "Rewarding {reward} alone, on the same calls: its own indicator changes by {own:+.1f} points ({own_low:+.1f} to "
        "{own_high:+.1f} over nine in ten weeks), the hard complaints resolved by {hard:+.1f} ({hard_low:+.1f} to "
        "{hard_high:+.1f}). Of the three printed indicators, clear rises: {rising}; clear falls: {falling}."
    ),
    rising=rising,
    falling=falling,
    reward=rewards[rewarded_indicator],
    own=effect[rewarded_indicator].mean(),
    own_low=low[rewarded_indicator],
    own_high=high[rewarded_indicator],
    hard=effect["hard"].mean(),
    hard_low=low["hard"],
    hard_high=high["hard"],
)

# %% tags=["check"]
shares = values[["complaints_cumulative_since_2019", "enquiries_cumulative_since_2019"]]
assert abs(shares.iloc[0] / shares.sum() - beijing.COMPLAINT_SHARE) < 0.001, _("another share of complaints")
assert beijing.MISROUTED == 0.1 and beijing.DEADLINE_HOURS == 48 and beijing.HARD_HOURS == 4
calls = (beijing.CALL_HOURS, beijing.INTERRUPTION_HOURS, beijing.CAREFUL_CALL_HOURS)
assert calls == (0.2, 0.3, 0.6) and satisfied.after_careful_call == 0.6, _("the desk assumes other calls")
assert abs(printed["beijing_12345_etown", "cases", "2022"] / beijing.HOURS_A_YEAR - 22) < 0.5
assert rates["resolution"].iloc[-1] == 96.2, _("what the desk is set to has changed")

# %% [markdown] tags=["instructor"]
# Students look for the dishonest clerk; there is none, everybody works all the time.
# Let them say why the easy complaints go first: one hour brings two of them.
# Ask what “reward all three” means here: a rule of order, not a sum of scores; under overload it makes everybody late.
# Is the other rule worse? More people are helped, and the same few never: that is a choice, and no indicator shows it.
# At 22 calls an hour a reward for resolution moves resolution itself by less than the luck of twelve weeks: only the hard complaints show it.
# At 33 calls an hour, rewarding resolution lifts all three printed indicators while the hard complaints sink: leave that to the Try it.

# %% [markdown]
# ## Does it show on a quiet day?
#
# A desk with time for everything has nothing to choose.
# **Predict:** at how many calls an hour does the reward begin to matter, and does the rewarded indicator show it first?

# %%
two = ["all", rewarded_indicator]
loads = {1: week[week["seed"].isin(seeds[:4]) & week["rewarded"].isin(two)]}
for factor in (0.5, 0.75, 1.25, 1.5):
    loads[factor] = beijing.compare_rewards(
        factor * arrivals_per_hour, n_departments, seeds[:4], satisfied, two
    )
sweep = pd.concat(one.assign(calls=factor * arrivals_per_hour) for factor, one in loads.items())

# %%
by_load = sweep.melt(["seed", "rewarded", "calls"], list(measured), var_name="measured", value_name="percent")
by_load = (
    by_load.groupby(["calls", "rewarded", "measured"])["percent"].agg(["min", "mean", "max"]).reset_index()
)
by_load["reward"], by_load["what"] = by_load["rewarded"].map(rewards), by_load["measured"].map(measured)

# %%
choices = list(measured.values())
dropdown = alt.binding_select(options=choices, name=_("measured:"))
chosen = alt.param(name="chosen", value=measured["hard"], bind=dropdown)

# %%
scale = alt.Scale(
    domain=[rewards["all"], rewards[rewarded_indicator]], range=[charts.MUTED, charts.HIGHLIGHT]
)
panel = (
    alt.Chart(by_load)
    .transform_filter("datum.what == chosen")
    .encode(
        x=alt.X("calls:Q", title=_("calls an hour")),
        color=alt.Color("reward:N", title=_("rewarded"), scale=scale),
    )
)
ranges = panel.mark_rule(strokeWidth=2).encode(
    y=alt.Y("min:Q", title=_("percent"), scale=alt.Scale(domain=[0, 100])), y2="max:Q"
)
dashes = alt.StrokeDash("reward:N", title=_("rewarded"), scale=alt.Scale(domain=scale.domain))
lines = panel.mark_line(strokeWidth=3, point=alt.OverlayMarkDef(size=60, opacity=1)).encode(
    y="mean:Q", strokeDash=dashes
)
at = by_load[by_load["measured"] == "hard"].pivot(index="calls", columns="rewarded", values="mean")

# %%
show(
    (ranges + lines)
    .add_params(chosen)
    .properties(
        width=430, height=260, title=_("Hard complaints resolved, by load (choose another measure below)")
    ),
    description=_(
        "Line chart with bars from the lowest to the highest of four simulated weeks: percent against calls an "
        "hour, for all three rewarded and for {reward} alone. Hard complaints resolved go from {quiet[0]:.0f} and "
        "{quiet[1]:.0f} percent at the lowest load to {busy[0]:.0f} and {busy[1]:.0f} at the highest. A menu chooses "
        "the measure."
    ).format(
        reward=rewards[rewarded_indicator], quiet=at[two].iloc[0].tolist(), busy=at[two].iloc[-1].tolist()
    ),
    table=by_load[["calls", "reward", "what", "min", "mean", "max"]]
    .round(1)
    .set_axis(
        [_("calls an hour"), _("rewarded"), _("measured"), _("lowest"), _("mean"), _("highest")],
        axis="columns",
    ),
    synthetic=_(
        "desk calibrated to E-Town's resolution rate of 2022; lengths of work and behaviour are assumed"
    ),
)

# %%
gap = at[rewarded_indicator] - at["all"]
say(
    _(
        "For the hard complaints, the reward makes a difference of {low_gap:+.1f} points at {low_calls:g} calls an "
        "hour and of {high_gap:+.1f} at {high_calls:g}."
    ),
    low_gap=gap.iloc[0],
    low_calls=gap.index[0],
    high_gap=gap.iloc[-1],
    high_calls=gap.index[-1],
)

# %% [markdown]
# **Try it:** with resolution rewarded, set `arrivals_per_hour` to 33.
# How many of the three printed indicators rise, and what becomes of the hard complaints?
# Then give the same staff a single department.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “97 % resolved, so 97 of 100 callers were helped”
#
# The rate is a share of the complaints that were sent to a department.
# In 2020 these were nearly 4.5 million of 11.04 million cases, 41 %; most callers ask a question and are in no rate at all.
# Among the complaints, the rate counts an hour's work like a month's.

# %% tags=["check"]
assert values["cases_dispatched"]["2020"] == 4.5e6 and cases["2020"] == 11_039_400
assert round(100 * values["cases_dispatched"]["2020"] / cases["2020"]) == 41

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("one base of seven connections and a platform serves three applications"),
            "finding": _(
                "cheaper from {low:.2f} or from {high:.2f} applications on: three lie between"
            ).format(low=pays_from.min(), high=pays_from.max()),
            "confidence": _("high for the arithmetic, low for the city: the factors are rules of thumb"),
            "missing": _("what the base cost, and what each application saved"),
        },
        {
            "claim": _("sharing makes the city more (or less) reliable"),
            "finding": _("outages are as long on average; fewer moments with any, more with all out"),
            "confidence": _("high, if components fail independently"),
            "missing": _("outages of the base with their dates; what an hour costs"),
        },
        {
            "claim": _("hotline cases grew steadily from 11 million (2020) to 21 million (2023)"),
            "finding": _("contradicted by the totals: about {residual} in thirteen months").format(
                residual=format_count(residual, 1)
            ),
            "confidence": _("medium: both totals were seen in copies, and may count other things"),
            "missing": _("the cases of 2021 and 2022, with the definition of a case"),
        },
        {
            "claim": _("97 % resolved and 97.3 % satisfied show that people are helped"),
            "finding": (
                _(
                    "not decided: in the model, rewarding {reward} alone changes it by {own:+.1f} points, and the "
                    "hard complaints resolved by {hard:+.1f}"
                )
                if clear["hard"]
                else _(
                    "not decided: at this load of the model, this reward makes no clear difference to the hard complaints"
                )
            ).format(
                reward=rewards[rewarded_indicator],
                own=effect[rewarded_indicator].mean(),
                hard=effect["hard"].mean(),
            ),
            "confidence": _("medium: the mechanism is a model, its size rests on assumptions"),
            "missing": _("resolution by difficulty, and what citizens were asked"),
        },
    ]
)

# %% tags=["results"]
record(
    n_components=n_components,
    break_even_low=pays_from.min(),
    break_even_high=pays_from.max(),
    cost_shared_low=here.iloc[1],
    cost_shared_high=here.iloc[2],
    base_availability=base,
    probabilities_apart=distribution["apart"].sum(),
    any_out_apart=distribution["apart"].iloc[1:].sum(),
    all_out_apart=distribution["apart"].iloc[-1],
    loss_shared=losses["shared"].tolist(),
    loss_apart=losses["apart"].tolist(),
    hour_worth_percent=worth,
    window=window,
    steady_total=steady,
    cases_2021=derived_2021,
    residual=residual,
    second_half_2024=pieces["cases"].iloc[-1],
    residual_low=residual_interval.low,
    residual_high=residual_interval.high,
    satisfied_if_resolved=satisfied.if_resolved,
    satisfied_if_not=satisfied.if_not,
    errors=rates["error"].tolist(),
    response_by_reward=means["response"].tolist(),
    resolution_by_reward=means["resolution"].tolist(),
    satisfaction_by_reward=means["satisfaction"].tolist(),
    hard_by_reward=means["hard"].tolist(),
    own_effect=effect[rewarded_indicator].mean(),
    hard_effect=effect["hard"].mean(),
    own_error=error[rewarded_indicator],
    clear_rises=int(rising),
    clear_falls=int(falling),
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
