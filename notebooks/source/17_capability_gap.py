# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# One of the open problems that the article names is a *capability gap*: there are people who cannot use what is offered online.
# It prints no number for it.
#
# We bring the numbers, and then close a counter.
# Who is left standing in front of it?

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask each student to name one person who would not manage without a counter, and why: no device, no skill, does not read, does not want to.
# Keep the list; the first section counts the reasons.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import capability_gap, fifteen_minutes

begin("17", globals(), edition="en")

# %%
internet = load("internet")
figures = internet.set_index(["metric", "group", "period"])["value"]
provinces = load("provinces")
systems = load("systems").set_index("system")

# %% [markdown]
# ## Why is somebody not online?
#
# Four surveys asked those who do not use the internet for their reasons; one person may name several.
# **Predict:** between 2018 and 2021, which reason was named by more *people* at the end than at the beginning: no skills, cannot read or type well enough, no device, or too old or too young?

# %%
reasons = {
    "reason_no_skills": _("no skills"),
    "reason_literacy": _("reading and typing"),
    "reason_no_device": _("no device"),
    "reason_age": _("too old or too young"),
}

# %%
asked = internet[internet["metric"].isin(reasons) & (internet["group"] == "non_users")]
not_online = figures["non_users"]["all"]
named = asked[["period", "metric", "value"]].assign(
    reason=asked["metric"].map(reasons), persons=asked["value"] / 100 * asked["period"].map(not_online)
)

# %%
persons = named.pivot(index="period", columns="reason", values="persons")[list(reasons.values())]
change = persons.loc["2021-12"] / persons.loc["2018-12"] - 1
grew = change[change > 0]
say(
    _("Not online: {then:count} at the end of 2018, {now:count} at the end of 2021. Named by more people than before: {which} ({more:+.0%}). The reason named most, {most}, lost {less:.0%} of its people."),
    then=not_online["2018-12"], now=not_online["2021-12"], which=_(", ").join(grew.index), more=grew.iloc[0],
    most=persons.loc["2021-12"].idxmax(), less=-change[persons.loc["2021-12"].idxmax()],
)  # fmt: skip

# %%
order = alt.Scale(domain=list(reasons.values()), range=list(charts.CATEGORY[:4]))
colour = alt.Color("reason:N", title=_("reason"), scale=order)
shape = alt.Shape("reason:N", title=_("reason"), scale=alt.Scale(domain=list(reasons.values())))
when = alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0))
in_percent = alt.Y("value:Q", title=_("percent of those not online"), scale=alt.Scale(domainMin=0))
in_persons = alt.Y("persons:Q", axis=charts.count_axis(_("persons")), scale=alt.Scale(domainMin=0))
tips = ["period:N", "reason:N", "value:Q", alt.Tooltip("persons:Q", format=",.0f")]

# %%
line = alt.Chart(named).mark_line(point=False).encode(x=when, color=colour, tooltip=tips)
point = (
    alt.Chart(named).mark_point(size=80, filled=True).encode(x=when, color=colour, shape=shape, tooltip=tips)
)

# %%
left, right = (
    (line.encode(y=y) + point.encode(y=y)).properties(width=240, height=230) for y in (in_percent, in_persons)
)

# %%
show(
    alt.hconcat(left, right).properties(title=_("Reasons for not being online, in percent and in persons")),
    description=_(
        "Two line charts of four reasons for not being online at four dates from 2018 to 2021, in percent of those not online and in persons. In persons, {which} rises while {most} falls by {less:.0%}."
    ).format(which=_(", ").join(grew.index), most=persons.loc["2021-12"].idxmax(), less=-change[persons.loc["2021-12"].idxmax()]),
    table=named[["period", "reason", "value", "persons"]].set_axis([_("date"), _("reason"), _("percent"), _("persons")], axis="columns"),
    source=internet,
)  # fmt: skip

# %% [markdown]
# Fewer people lack the skill; whether they learned, were helped or are no longer alive, the surveys do not say.
# And mind the denominator: a share of a shrinking group can rise while hardly anybody moves.

# %% tags=["check"]
assert list(persons.index) == ["2018-12", "2020-03", "2020-12", "2021-12"], _("there is another survey")
assert grew.index.tolist() == [reasons["reason_no_device"]], _("other reasons have grown")
assert asked.groupby("period")["value"].sum().max() > 100, _("nobody names two reasons any more")

# %% [markdown]
# *About 15 minutes to here.*
#
# ## Fewer users in the countryside, and a higher share?
#
# At the end of 2020 the countryside had 309 million internet users, 55.9 percent of its people.
# A year later it had 284 million, 57.6 percent.
# **Predict:** how can the number fall while the share rises? Work out the third number before you run the cell.

# %%
rural = pd.DataFrame({"users": figures["users"]["rural"], "share": figures["penetration"]["rural"]})
rural = rural.dropna().assign(people=lambda t: t["users"] / t["share"] * 100)
in_towns = fifteen_minutes.calibration(provinces)["urban_share"]
residents_2020 = 1e4 * provinces.set_index("code")["pop_2020_10k"].astype(float)
by_census = ((1 - in_towns) * residents_2020).sum()
lost = rural.loc["2020-12", "people"] - rural.loc["2021-12", "people"]
say(
    _("The share was taken of {before:count} people in 2020 and of {after:count} in 2021: {lost:count} fewer in one year. The census of 2020, by province, gives about {census:count}."),
    before=rural.loc["2020-12", "people"].round(-6), after=rural.loc["2021-12", "people"].round(-6), lost=lost.round(-6), census=by_census.round(-6),
)  # fmt: skip

# %%
kinds = {"users": _("users"), "share": _("share online"), "people": _("people implied")}
relative = (100 * rural / rural.loc["2020-12"]).rename_axis("period").reset_index()
relative = relative.melt("period", list(kinds), "kind", "index")
relative["kind"] = relative["kind"].map(kinds)
relative["month"] = pd.to_datetime(relative["period"])

# %%
scale = alt.Scale(domain=list(kinds.values()), range=list(charts.CATEGORY[:3]))
frame = alt.Chart(relative).encode(
    x=alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year")),
    y=alt.Y("index:Q", title=_("December 2020 = 100"), scale=alt.Scale(zero=False)),
    color=alt.Color("kind:N", title=_("countryside"), scale=scale),
)  # fmt: skip
marks = frame.mark_point(size=80, filled=True).encode(
    shape=alt.Shape("kind:N", title=_("countryside"), scale=alt.Scale(domain=list(kinds.values()))),
    tooltip=["period:N", "kind:N", alt.Tooltip("index:Q", format=".1f")],
)

# %%
show(
    (frame.mark_line() + marks).properties(width=430, height=250, title=_("Users, share and the people behind them, countryside")),
    description=_(
        "Line chart of internet users in the countryside, their share and the population that both imply, from {first} to {last}, December 2020 as 100. In 2021 the implied population drops to {low:.0f}, and the users with it, while the share rises."
    ).format(first=rural.index[0], last=rural.index[-1], low=100 * rural.loc["2021-12", "people"] / rural.loc["2020-12", "people"]),
    table=rural.reset_index().round({"people": -6}).set_axis([_("date"), _("users"), _("percent online"), _("people implied")], axis="columns"),
    source=internet,
)  # fmt: skip

# %% [markdown]
# Nobody moved that fast.
# Until the census, the population of the countryside had been carried forward from old figures; then it was replaced.
# The users fell because the *people* were recounted: a broken series, not a lost village.

# %% tags=["check"]
assert rural.loc["2020-12", ["users", "share"]].tolist() == [309e6, 55.9], _(
    "the figures of 2020 have changed"
)
assert rural.loc["2021-12", ["users", "share"]].tolist() == [284e6, 57.6], _(
    "the figures of 2021 have changed"
)
assert rural.loc["2021-12", "people"] < by_census < rural.loc["2020-12", "people"], _(
    "the census no longer lies between the two"
)

# %% [markdown] tags=["instructor"]
# The commonest wrong answer is migration: 60 million people in one year would be more than the whole of Hubei.
# Divide on the board: 309 million by 0.559, 284 million by 0.576.
# The same trap waits in every share with a population under it.

# %% [markdown]
# ## Who is online where nobody counted?
#
# Published are three shares for the end of 2021: everybody 73.0 percent, people aged 60 and over 43.2 percent, the countryside 57.6 percent.
# Not published is the corner where two of them meet.
# **Predict:** what share of *old people in the countryside* is online?

# %%
now = capability_gap.published(internet)
online_now = now["penetration"] / 100
people_now = now["users"] / online_now
aged, country = (people_now[group] / people_now["all"] for group in ("60plus", "rural"))
shares = capability_gap.joint_shares(aged, country)
margins = {"everybody": online_now["all"], "aged_60_plus": online_now["60plus"], "rural": online_now["rural"]}
online = capability_gap.online_by_group(shares, **margins)
allowed = capability_gap.possible_in_old_countryside(shares, **margins)

# %%
groups = {
    ("under_60", "urban"): _("under 60, towns"),
    ("under_60", "rural"): _("under 60, countryside"),
    ("aged_60_plus", "urban"): _("60 and over, towns"),
    ("aged_60_plus", "rural"): _("60 and over, countryside"),
}
say(
    _("By the fit, {low:.0%} of the old in the countryside are online, and {high:.0%} of those under 60 in town. Age costs more than place: {town:.0%} of the old in town, {village:.0%} of those under 60 in the countryside. Without a fit, the three shares allow anything from {least:.0%} to {most:.0%} for the old in the countryside."),
    low=online["aged_60_plus", "rural"], high=online["under_60", "urban"],
    town=online["aged_60_plus", "urban"], village=online["under_60", "rural"], least=allowed[0], most=allowed[1],
)  # fmt: skip

# %%
points = pd.DataFrame(
    {"who": [groups[g] for g in online.index], "share": 100 * online.to_numpy(), "from": _("fitted")}
)
published = pd.DataFrame(
    {
        "who": [_("everybody"), _("aged 60 and over"), _("countryside")],
        "share": 100 * online_now[["all", "60plus", "rural"]].to_numpy(),
        "from": _("published"),
    }
)
points = pd.concat([published, points])

# %%
look = {
    "title": _("share"),
    "scale": alt.Scale(domain=[_("published"), _("fitted")], range=list(charts.CATEGORY[:2])),
}
dots = alt.Chart(points).encode(
    y=alt.Y("who:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, grid=True)),
    x=alt.X("share:Q", title=_("percent online, end of 2021"), scale=alt.Scale(domain=[0, 100])),
)  # fmt: skip

# %%
mark = dots.mark_point(size=110, filled=True, opacity=1).encode(
    color=alt.Color("from:N", **look),
    shape=alt.Shape("from:N", title=_("share"), scale=alt.Scale(domain=[_("published"), _("fitted")])),
)
label = dots.mark_text(align="left", dx=10).encode(text=alt.Text("share:Q", format=".1f"))

# %%
show(
    (mark + label).properties(width=400, height=alt.Step(24), title=_("Three published shares, four that agree with them")),
    description=_("Dot chart of the percent online at the end of 2021: three published shares from {a:.1f} to {b:.1f}, and four groups by age and place fitted to them, from {c:.1f} to {d:.1f}.").format(
        a=published["share"].min(), b=published["share"].max(), c=100 * online.min(), d=100 * online.max()
    ),
    table=points.round({"share": 1}).set_axis([_("who"), _("percent online"), _("from")], axis="columns"),
    source=internet,
    synthetic=_("the four groups are fitted, with age and place independent; the three shares are published"),
)  # fmt: skip

# %% [markdown]
# Three equations and four unknowns: of all tables that agree, the fit chooses the one in which age and place each shift the odds and do not disturb each other.
# That is *iterative proportional fitting*, from 1940 and still the standard.
# It also assumes that villages are no older than towns; the last section lets go of that.

# %% tags=["check"]
assert online_now[["all", "60plus", "rural"]].round(3).tolist() == [0.73, 0.432, 0.576], _(
    "the shares have changed"
)
assert abs((shares * online).sum() - online_now["all"]) < 1e-9, _("the fit misses the share of everybody")
assert online["aged_60_plus", "urban"] < online["under_60", "rural"], _("place costs more than age now")
assert allowed[0] < 0.1 and allowed[1] > 0.9, _("the three shares say more now")
not_online_60plus = now["share_of_non_users", "60plus"] / 100 * now["non_users", "all"]
counted_60plus = now["users", "60plus"] + not_online_60plus
assert 0.01 < 1 - counted_60plus / people_now["60plus"] < 0.03, _("the two numbers of old people agree now")

# %% [markdown] tags=["instructor"]
# A quick student will count people aged 60 and over in two ways: users by share online, and users plus those not online.
# The second gives about two percent less: the two figures of one report do not rest on one population.
# Most predictions multiply: 43.2 times 57.6 over 73.0 gives 34 percent; odds fall faster than that.

# %% [markdown]
# *About 40 minutes to here.*
#
# ## Who is served when the counter closes?
#
# Being online is not enough: of the users aged 60 and over, 69.7 percent could show a health code without help.
# For users under 60 nobody asked; we take what is left of the 86.6 percent of *all* users with a basic digital skill in June 2023: another survey, another question.
# Who can do it, does; the others need a counter, and where it has closed, an assistant who does it with them.
# **Predict:** in your `province`, with your `offline_share` and `assist_share`, what share of the old in the countryside gets nothing?

# %%
manages = capability_gap.manages_by_group(internet)
able = online * manages
say(
    _("Of the users in town, {young:.0%} of those under 60 and {old:.0%} of those aged 60 and over manage; times the share online, {low:.0%} to {high:.0%} of the groups can do it by themselves."),
    young=manages["under_60", "urban"], old=manages["aged_60_plus", "urban"], low=able.min(), high=able.max(),
)  # fmt: skip

# %%
national = provinces.set_index("code").loc["000000"]
by_code = provinces[provinces["code"] != "000000"].set_index("code")
aged_there = by_code["aged65_share_2020_pct"].astype(float) / national["aged65_share_2020_pct"] * aged
residents = 1e4 * by_code["pop_2022_10k"].astype(float)
people = capability_gap.residents_by_group(aged_there, 1 - in_towns, residents)
need = 1 - (people * able).sum(axis=1) / residents
codes = load("provinces", lang="en").set_index("name")["code"]
here = codes[province]
policy = {"offline_share": offline_share, "assist_share": assist_share}
nothing = capability_gap.unserved(able, **policy)

# %%
mine = (people.loc[here] * nothing).sum()
basis = fifteen_minutes.calibration(provinces)["basis"]
stand_in = (
    _(" (Its share in towns is the mean of the others: our data have none.)")
    if basis[here] == "borrowed"
    else ""
)
say(
    _("{name}: of {all:count} residents, {need:.0%} could not do it by themselves, and {none:count} get nothing. Of the old in the countryside, {worst:.0%} get nothing; of those under 60 in town, {best:.0%}.{note}"),
    name=by_code.loc[here, "name"], all=residents[here], need=need[here], none=mine,
    worst=nothing["aged_60_plus", "rural"], best=nothing["under_60", "urban"], note=stand_in,
)  # fmt: skip

# %%
grid = pd.DataFrame(
    [(groups[g], able[g], x / 50) for g in able.index for x in range(51)],
    columns=["who", "able", "open"],
)
helped = alt.param(
    name="helped", value=assist_share,
    bind=alt.binding_range(min=0, max=1, step=0.05, name=_("closed counters with an assistant: ")),
)  # fmt: skip
who = {"title": _("who"), "scale": alt.Scale(domain=list(groups.values()), range=list(charts.CATEGORY[:4]))}
dashes = alt.Scale(domain=list(groups.values()), range=[[1, 0], [8, 3], [3, 2], [8, 2, 2, 2]])

# %%
served = alt.Chart(grid).transform_calculate(
    served="100 * (1 - (1 - datum.able) * (1 - datum.open) * (1 - helped))", percent="100 * datum.open"
)
lines = served.mark_line().encode(
    x=alt.X("percent:Q", title=_("counters that stay open, percent"), scale=alt.Scale(domain=[0, 100])),
    y=alt.Y("served:Q", title=_("percent served"), scale=alt.Scale(domain=[0, 100])),
    color=alt.Color("who:N", **who), strokeDash=alt.StrokeDash("who:N", title=_("who"), scale=dashes),
)  # fmt: skip
chosen = (
    alt.Chart(pd.DataFrame({"percent": [100 * offline_share]}))
    .mark_rule(strokeDash=[2, 3])
    .encode(x="percent:Q")
)

# %%
show(
    (lines + chosen).add_params(helped).properties(width=420, height=260, title=_("Served, as counters close")),
    description=_("Line chart of the percent served of four groups against the counters that stay open, all rising to 100; with {open:.0%} open the groups lie between {low:.0%} and {high:.0%}. A slider sets the assistants.").format(
        open=offline_share, low=1 - nothing.max(), high=1 - nothing.min()
    ),
    table=grid[grid["open"].isin([0, 0.5, 1])].assign(served=lambda t: 100 * (1 - capability_gap.unserved(t["able"], offline_share=0, assist_share=assist_share) * (1 - t["open"])))[["who", "open", "served"]].round(3).set_axis([_("who"), _("counters open"), _("percent served")], axis="columns"),
    source=internet,
    synthetic=_("a model of counters and assistants, fitted to published shares online and of users who manage"),
)  # fmt: skip

# %% [markdown]
# **Try it:** leave no counter open and raise the assistants until the lowest line passes 80 percent.
# How many assistants does the highest line need for that?

# %% tags=["check"]
assert now["can_show_health_code", "60plus_users"] == 69.7, _(
    "the share that shows a health code has changed"
)
assert figures["basic_digital_skill"]["users"]["2023-06"] == 86.6, _(
    "the share with a basic skill has changed"
)
assert nothing.idxmax() == ("aged_60_plus", "rural") or nothing.max() == 0, _("another group is served worst")
assert able.equals(capability_gap.able_by_group(internet)), _("the model takes other figures")
assert abs(people.to_numpy().sum() - residents.sum()) < 1, _("residents got lost between the groups")

# %% [markdown]
# ## Do poor provinces carry it?
#
# Order the provinces by output per head, from the poorest, and add up those who cannot do it by themselves.
# Xinjiang stays out: our sources have no share in towns for it.
# If every province carried the same, the curve would be the diagonal; the *concentration index* is twice the area between the two, negative where the curve lies above.
# **Predict:** does the curve leave the diagonal far, a little, or not at all?

# %%
output = 1e8 * by_code["gdp_2022_100m_yuan"].astype(float) / residents
known = need[basis[need.index] != "borrowed"]
across = capability_gap.concentration_curve(known, output[known.index], residents[known.index])
in_group = people.sum()
between = capability_gap.concentration_curve(1 - able, able, in_group)
index_provinces = capability_gap.concentration_index(known, output[known.index], residents[known.index])
index_groups = capability_gap.concentration_index(1 - able, able, in_group)
say(
    _("The concentration index is {a:.2f} across provinces, and {b:.2f} across the four groups. From {low} to {high}, the share that cannot do it by itself runs from {least:.0%} to {most:.0%}."),
    a=index_provinces, b=index_groups, low=by_code.loc[known.idxmin(), "name"],
    high=by_code.loc[known.idxmax(), "name"], least=known.min(), most=known.max(),
)  # fmt: skip

# %%
ways = [_("30 provinces, poorest first"), _("four groups, least able first")]
curves = pd.concat([across.assign(units=ways[0]), between.assign(units=ways[1])])
curves[["people", "share"]] *= 100
ink = {"title": _("added up over"), "scale": alt.Scale(domain=ways, range=list(charts.CATEGORY[:2]))}

# %%
diagonal = alt.Chart(pd.DataFrame({"people": [0, 100], "share": [0, 100]})).mark_line(
    color=charts.MUTED, strokeDash=[4, 4], strokeWidth=1.5
)
curve = alt.Chart(curves).mark_line(point=True).encode(
    color=alt.Color("units:N", **ink), strokeDash=alt.StrokeDash("units:N", title=ink["title"], scale=alt.Scale(domain=ways)),
    tooltip=["units:N", alt.Tooltip("people:Q", format=".0f"), alt.Tooltip("share:Q", format=".0f")],
)  # fmt: skip
axes = {
    "x": alt.X("people:Q", title=_("percent of all residents"), scale=alt.Scale(domain=[0, 100])),
    "y": alt.Y("share:Q", title=_("percent of those who cannot"), scale=alt.Scale(domain=[0, 100])),
}

# %%
show(
    (diagonal.encode(**axes) + curve.encode(**axes)).properties(width=300, height=300, title=_("Where the need is concentrated")),
    description=_("Concentration curves of those who cannot use a service by themselves: over provinces from the poorest, close to the diagonal (index {a:.2f}); over four groups by age and place, far above it (index {b:.2f}).").format(a=index_provinces, b=index_groups),
    table=curves[["units", "people", "share"]].round(1).set_axis([_("added up over"), _("percent of residents"), _("percent of those who cannot")], axis="columns"),
    source=[internet, provinces],
    synthetic=_("shares of four groups fitted to national figures and applied to each province's ages and towns"),
)  # fmt: skip

# %%
tiles = by_code.reset_index().assign(need=100 * known.reindex(by_code.index).to_numpy())

# %%
show(
    charts.tile_grid(tiles, value="need", title=_("Who cannot do it alone, percent of residents (modelled)"), legend=_("percent")),
    description=_("Tile map of {n} provinces by the modelled percent of residents who cannot use a service by themselves, from {least:.0f} in {low} to {most:.0f} in {high}; one tile, of Xinjiang, has no figure.").format(
        n=len(known), least=100 * known.min(), low=by_code.loc[known.idxmin(), "name"], most=100 * known.max(), high=by_code.loc[known.idxmax(), "name"]
    ),
    table=tiles[["name", "need"]].sort_values("need").round(1).set_axis([_("province"), _("percent")], axis="columns"),
    source=[internet, provinces],
    synthetic=_("shares of four groups fitted to national figures and applied to each province's ages and towns"),
)  # fmt: skip

# %% [markdown]
# The gap runs through every province rather than between them.
# But mind what went in: the map knows only ages and towns, and gives a villager of one province the share of any other.
# Our sources have no share online by province; nobody should read this map as one.

# %% tags=["check"]
assert len(need) == 31 and need.between(0, 1).all(), _("a province is missing")
assert need.index.difference(known.index).tolist() == ["650000"], _("another province has no share in towns")
assert len(known) == 30, _("another province has no share in towns")
assert abs(index_provinces) < 0.1 < abs(index_groups), _("provinces differ as much as groups now")

# %% [markdown]
# *About 65 minutes to here.*
#
# ## Where do you send the assistants?
#
# The same number of assistants, three plans: everywhere alike; first to the places where most people cannot do it; first to the *persons* who cannot, wherever they live.
# **Predict:** which plan leaves the fewest without service, and which one is best for the group that fares worst?

# %%
plans = {"spread": _("everywhere alike"), "by_place": _("by place"), "by_person": _("by person")}
rows = [*groups.values(), _("everybody")]
left_by_plan = {p: capability_gap.left_unserved(people, able, p, **policy) for p in plans}
result = pd.DataFrame({p: capability_gap.summary(left, people) for p, left in left_by_plan.items()})
worst, average = result.loc[("worst", "")], result.loc[("everybody", "")]
worst_group = result.loc[list(groups)].idxmax().map(groups)
(100 * result.rename(columns=plans)).set_axis([*rows, _("worst-served group")]).round(1)

# %%
if average.max() < 1e-12:
    reading = _("Nobody is left without service, whatever the plan.")
elif assist_share == 0:
    reading = _(
        "Without assistants the plans are the same: {all:.0%} get nothing, and {worst:.0%} of the group “{group}”."
    )
elif worst["by_place"] > worst["spread"]:
    reading = _(
        "Going by place leaves {all_place:.0%} without service instead of {all:.0%}, yet {worst_place:.0%} of the group “{group_place}”, more than the {worst:.0%} of before. Going by person: {all_person:.0%}, and {worst_person:.0%} at worst."
    )
else:
    reading = _(
        "Going by place leaves {all_place:.0%} without service instead of {all:.0%}, and {worst_place:.0%} of the group that fares worst instead of {worst:.0%}. Going by person: {all_person:.0%}, and {worst_person:.0%} at worst."
    )

# %%
say(
    reading, all=average["spread"], all_place=average["by_place"], all_person=average["by_person"],
    worst=worst["spread"], worst_place=worst["by_place"], worst_person=worst["by_person"],
    group=worst_group["spread"], group_place=worst_group["by_place"],
)  # fmt: skip

# %%
long = (100 * result.drop(("worst", ""))).set_axis(rows).rename_axis("who").reset_index()
long = long.melt("who", list(plans), "plan", "share").assign(plan=lambda t: t["plan"].map(plans))
pen = {
    "title": _("assistants"),
    "scale": alt.Scale(domain=list(plans.values()), range=list(charts.CATEGORY[:3])),
}
picked = alt.selection_point(fields=["plan"], bind="legend")
three = alt.Chart(long).mark_point(size=110, filled=True).encode(
    y=alt.Y("who:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, grid=True)),
    x=alt.X("share:Q", title=_("percent without service"), scale=alt.Scale(domainMin=0)),
    color=alt.Color("plan:N", **pen), shape=alt.Shape("plan:N", title=pen["title"], scale=alt.Scale(domain=list(plans.values()))),
    opacity=alt.condition(picked, alt.value(1), alt.value(0.15)), tooltip=["who:N", "plan:N", alt.Tooltip("share:Q", format=".1f")],
)  # fmt: skip

# %%
show(
    three.add_params(picked).properties(width=400, height=alt.Step(30), title=_("The same assistants, three plans")),
    description=_("Dot chart of the percent without service in four groups and among everybody under three plans. Everybody: {a:.0%} spread, {b:.0%} by place, {c:.0%} by person; the worst-served group: {d:.0%}, {e:.0%} and {f:.0%}.").format(
        a=average["spread"], b=average["by_place"], c=average["by_person"], d=worst["spread"], e=worst["by_place"], f=worst["by_person"]
    ),
    table=long.round({"share": 1}).set_axis([_("who"), _("assistants"), _("percent without service")], axis="columns"),
    source=[internet, provinces],
    synthetic=_("a model of counters and assistants, fitted to published shares online and of users who manage"),
)  # fmt: skip

# %% [markdown]
# An average hides whom it was bought from.
# And how much of it rests on what we assumed: that villages are no older than towns, and how many users manage?
# 200 draws of these assumptions tell.

# %%
draws = capability_gap.draw_assumptions(200, seed)
outcomes = []
for draw in draws.itertuples():
    population = capability_gap.residents_by_group(aged_there, 1 - in_towns, residents, draw.odds_ratio)
    fitted = capability_gap.online_by_group(
        population.sum() / residents.sum(),
        everybody=online_now["all"],
        aged_60_plus=online_now["60plus"],
        rural=online_now["rural"],
    )
    error = [draw.error_old if g[0] == "aged_60_plus" else draw.error_young for g in fitted.index]
    drawn = fitted * (manages + error)
    for plan in plans:
        left = capability_gap.left_unserved(population, drawn, plan, **policy)
        outcomes.append((plan, *capability_gap.summary(left, population).iloc[-2:]))

# %%
spread_of = pd.DataFrame(outcomes, columns=["plan", "everybody", "worst"]).melt("plan", var_name="of")
band = spread_of.groupby(["of", "plan"])["value"].quantile([0.05, 0.5, 0.95]).unstack().reset_index()
band.columns = ["of", "plan", "low", "middle", "high"]
wide = spread_of.assign(draw=spread_of.groupby(["of", "plan"]).cumcount()).pivot(
    index=["of", "draw"], columns="plan", values="value"
)
backfires = float((wide.loc["worst", "by_place"] > wide.loc["worst", "spread"] + 1e-12).mean())

# %%
say(
    _("In {n} of {all} draws, going by place leaves the worst-served group worse off than spreading the assistants."),
    n=round(backfires * len(draws)), all=len(draws),
)  # fmt: skip

# %%
band["plan"], band["of"] = (
    band["plan"].map(plans),
    band["of"].map({"everybody": _("everybody"), "worst": _("worst-served group")}),
)
band[["low", "middle", "high"]] *= 100

# %%
share_axis = {
    "title": _("percent without service"),
    "scale": alt.Scale(domain=[0, max(10, 1.05 * band["high"].max())], nice=False),
}
base = alt.Chart().encode(
    y=alt.Y("plan:N", sort=list(plans.values()), title=None), color=alt.Color("plan:N", **pen)
)
bars = base.mark_rule(strokeWidth=4).encode(x=alt.X("low:Q", **share_axis), x2="high:Q")
middle = base.mark_point(size=110, filled=True, opacity=1).encode(
    x=alt.X("middle:Q", **share_axis),
    shape=alt.Shape("plan:N", title=pen["title"], scale=alt.Scale(domain=list(plans.values()))),
)

# %%
show(
    alt.layer(bars, middle, data=band).properties(width=400, height=alt.Step(28)).facet(row=alt.Row("of:N", title=None, header=alt.Header(labelOrient="top", labelAnchor="start"))).properties(title=_("What the assumptions leave open")),
    description=_("Intervals of the percent without service, 5th to 95th percentile of 200 draws, for three plans: everybody, and the worst-served group, whose medians are {a:.0f}, {b:.0f} and {c:.0f} percent.").format(
        **dict(zip("abc", 100 * wide.loc["worst", list(plans)].median(), strict=True))
    ),
    table=band.round(1).set_axis([_("who"), _("assistants"), _("5th percentile"), _("median"), _("95th percentile")], axis="columns"),
    source=[internet, provinces],
    synthetic=_("200 draws of three assumptions: how much older villages are, and how many users manage"),
)  # fmt: skip

# %% tags=["check"]
assert (result.loc[("everybody", "")].diff().dropna() <= 1e-12).all(), _(
    "a finer plan leaves more people out"
)
assert len(spread_of) == 2 * 3 * 200, _("a draw is missing")

# %% [markdown] tags=["instructor"]
# Students expect “where most people cannot do it” to help those who fare worst.
# With few assistants it leaves the towns none, and an old person in town is no better off than one in a village.
# Ask what a city would have to know about a person to send help to persons; lesson 16 asks what it may know.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “three in four are online, so three in four are served”
#
# Being online is not managing, and an average is nobody.
# The same three in four can be nine in ten of one group and one in four of another.

# %% tags=["check"]
assert online.max() > 0.85 and online.min() < 0.26, _("the groups lie closer together now")

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
where_they_go = _("at your parameters the plans do not differ: {a:.0%} of the worst-served group get nothing")
if worst.max() - worst.min() > 1e-12:
    where_they_go = _(
        "it depends on where they go: under the three plans {a:.0%}, {b:.0%} and {c:.0%} of the worst-served group get nothing"
    )
verdict(
    [
        {
            "claim": _("there is a capability gap"),
            "finding": _("supported: {old:.1f} % of people aged 60 and over were online at the end of 2021, against {all:.1f} % of everybody").format(old=100 * online_now["60plus"], all=100 * online_now["all"]),
            "confidence": _("high: two published shares"),
            "missing": _("shares by age and place together, and by province"),
        },
        {
            "claim": _("it closes as people learn"),
            "finding": _("in part: those without skills lost {less:.0%}, those without a device gained {more:.0%} from 2018 to 2021").format(less=-change[reasons["reason_no_skills"]], more=change[reasons["reason_no_device"]]),
            "confidence": _("medium: people may name several reasons"),
            "missing": _("reasons after 2021"),
        },
        {
            "claim": _("assistants make up for closed counters"),
            "finding": where_they_go.format(a=worst["spread"], b=worst["by_place"], c=worst["by_person"]),
            "confidence": _("a model: going by place made the worst-served worse off in {share:.0%} of the draws").format(share=backfires),
            "missing": _("how many counters closed, and who came to them"),
        },
    ]
)  # fmt: skip

# %% tags=["results"]
record(
    aged_share=aged,
    rural_share=country,
    no_device_change=change[reasons["reason_no_device"]],
    no_skills_change=change[reasons["reason_no_skills"]],
    rural_people_2020=rural.loc["2020-12", "people"],
    rural_people_2021=rural.loc["2021-12", "people"],
    rural_people_census=by_census,
    online=online.tolist(),
    able=able.tolist(),
    need_here=need[here],
    unserved_here=mine / residents[here],
    index_provinces=index_provinces,
    index_groups=index_groups,
    everybody=average.tolist(),
    worst=worst.tolist(),
    backfires=backfires,
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
