# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# A ministry follows industry and information technology on a platform called Digital MIIT.
# Its reach is given in four figures: 44 major, 224 medium and 700 small classes, and 31 provinces.
#
# Nobody says which classes these are, how many figures that makes a month, or who looks at them.
# We will find the first in a standard, build the second, and then do the looking ourselves: one industry in one province collapses, and we want to know whether anything rings.

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask for a guess on paper: on which of five levels, from all industry down to a small class, would you watch an economy to notice that one branch in one province has broken down?
# Most answer “the finest, of course”.
# Keep the papers for the last section.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import timeit

import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import digital_miit

begin("08", globals(), edition="en")

# %% [markdown]
# ## Where do 44, 224 and 700 come from?
#
# The national standard GB/T 4754 has 20 sections, from agriculture (A) to international organisations (T).
# Any choice among them is a combination, and there are over a million.
# **Predict:** how many combinations have 44 divisions, how many have 224 groups as well, and how many all three figures?

# %%
claims = load("claims").set_index("claim_id")
claimed = claims.loc[["C07", "C08", "C09"], "value"].astype(int).tolist()
standard = load("industry_classes")
letters = standard[standard["scope_code"].str.fullmatch("[A-T]")]
levels = ["division", "group", "class"]
sections = letters.pivot(index="scope_code", columns="level", values="n_classes")[levels]
sections.T

# %%
sums = digital_miit.subset_sums(sections)
matching = digital_miit.combinations_with(sections, claimed)
level_names = standard.attrs["categories"]["level"]
matching.assign(figure=claimed, level=matching["level"].map(level_names))[
    ["level", "figure", "alone", "together"]
].set_axis([_("level"), _("figure"), _("combinations with it"), _("with it and those above")], axis="columns")

# %%
chosen = list(matching["sections"].iloc[-1])
names = letters.drop_duplicates("scope_code").set_index("scope_code")["scope"]
say(
    _("Of {n:,} combinations, exactly {left} has all three figures: {names}."),
    n=len(sums), left=matching["together"].iloc[-1], names=_("; ").join(f"{c} {names[c]}" for c in chosen),
)  # fmt: skip

# %%
fates = {True: _("in the combination"), False: _("not in it")}
bars = letters[letters["level"] == "class"].assign(fate=lambda t: t["scope_code"].isin(chosen).map(fates))
bars["label"] = bars["scope_code"] + " " + bars["scope"]
colours = alt.Scale(domain=list(fates.values()), range=[charts.HIGHLIGHT, charts.TONES[2]])
chart = (
    alt.Chart(bars)
    .mark_bar(**charts.OUTLINE)
    .encode(
        x=alt.X("n_classes:Q", title=_("small classes")),
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=420)),
        color=alt.Color("fate:N", title=_("section"), scale=colours),
        tooltip=["label:N", alt.Tooltip("n_classes:Q", title=_("small classes"))],
    )
)

# %%
show(
    chart.properties(width=260, height=alt.Step(17), title=_("Four sections hold the classes of the claim")),
    description=_(
        "Bar chart of the small classes in each of {n} sections of GB/T 4754. Highlighted are {names}; "
        "manufacturing alone has {largest} of the {sum} classes of the claim."
    ).format(
        n=len(bars), names=_(", ").join(chosen), largest=bars["n_classes"].max(), sum=claimed[2]
    ),
    table=sections.rename_axis(_("section")).rename(columns=level_names).reset_index(),
    source=standard,
)  # fmt: skip

# %% [markdown]
# Could chance do that?
# Count the triples that some combination produces, among all that could be printed.

# %%
reachable = len(pd.unique(sums @ [10_000_000, 10_000, 1]))
possible = int(np.prod(sections.sum() + 1))
say(
    _("{reachable:,} different triples out of {possible:,}: a triple printed at random would have fitted with a probability of {share:.1%}."),
    reachable=reachable, possible=possible, share=reachable / possible,
)  # fmt: skip

# %% [markdown]
# So the claim names no standard, and still says which one it uses.
# Industry (B, C, D) alone has 41, 207 and 666; the three divisions of section I, information services, are the rest.
#
# One doubt stays: the code list we counted has 1381 classes, the official total is 1382.
# Were the missing class in one of these four sections, the standard would have 701 there.

# %% tags=["check"]
assert claimed == [44, 224, 700] and len(sections) == 20, _("the claim or the sections have changed")
assert chosen == ["B", "C", "D", "I"] and len(sums) > 1_000_000, _("another combination fits")
assert matching["together"].iloc[-1] == 1, _("several combinations fit")
assert sections.loc[["B", "C", "D"]].sum().tolist() == [41, 207, 666], _(
    "the counts of industry have changed"
)
assert sections.loc["I", "division"] == 3, _("section I has other divisions")
totals = standard.query("level == 'class'").set_index("scope_code")["n_classes"]
assert (totals["ALL_counted"], totals["ALL_official"]) == (1381, 1382), _("the totals have changed")

# %% [markdown] tags=["instructor"]
# Ask which single figure is the most telling.
# The largest one narrows a million combinations to a few dozen; the 44 hardly helps, since many sections are small.
# That is identification again (lesson 04), this time with a happy end.
# *About 15 minutes to here.*

# %% [markdown]
# ## How large is the panel?
#
# We cannot see the ministry's figures, so we draw *synthetic* ones.
# The sections have as many divisions, groups and classes as the standard; which class belongs to which group is drawn, because our table does not hold it.
# A province's share in the total is its share in the GDP of 2022.
# Everything else, sizes, seasons and noise, is assumed.
#
# **Predict:** how many rows has the table, with one row for each class, province and month?

# %%
divisions = load("industry_divisions").set_index("code")["name"]
provinces = load("provinces")
places = provinces[provinces["code"] != "000000"].set_index("name")
tree = digital_miit.class_tree(sections.loc[chosen], divisions.index)
world = digital_miit.economy(tree, places["gdp_2022_100m_yuan"], seed)
values = digital_miit.simulate(world, months, np.random.default_rng((seed, months)))
panel = digital_miit.to_table(world, values)
panel.head(3)

# %%
say(
    _("{classes} classes × {provinces} provinces × {months} months make {rows:,} rows."),
    classes=values.shape[0], provinces=values.shape[1], months=months, rows=len(panel),
)  # fmt: skip

# %%
series = pd.DataFrame(
    {
        _("in the nation"): [1, *(tree[level].nunique() for level in digital_miit.LEVELS)],
        _("in the provinces"): [len(places) * n for n in (1, *tree[list(digital_miit.LEVELS)].nunique())],
    },
    index=[_("all industry"), *(level_names[level] for level in digital_miit.LEVELS)],
)
series.rename_axis(_("series a month"))

# %%
n_series = int(series.to_numpy().sum())
say(
    _("With every total at every level that is {all:,} series a month, {more:.0%} more than the smallest ones alone."),
    all=n_series, more=n_series / (len(tree) * len(places)) - 1,
)  # fmt: skip

# %% tags=["check"]
assert (
    tree.groupby("section")[["division", "group", "class"]]
    .nunique()
    .equals(sections.loc[chosen].rename_axis("section").rename_axis(None, axis="columns"))
), _("the tree has other counts than the standard")
assert len(places) == claims.loc["C10", "value"] == 31, _("the claim has other provinces")
gdp = places["gdp_2022_100m_yuan"]
assert np.allclose(world.shares.sum(axis=0), gdp / gdp.sum()), _("the provinces have other shares")

# %% [markdown]
# ## Does it add up, and at what price?
#
# A monitoring system lives on one promise: the sum of the parts is the whole, at every level, to the unit.
# Here are two ways to compute all levels of the last year.
#
# The first writes the codes of all levels as text into every row and groups four times.

# %%
year = panel[panel["month"] > months - 12]
text = year.astype({"class": str, "province": str})
for level, length in {"section": 1, "division": 3, "group": 4}.items():
    text[level] = text["class"].str[:length]


def four_passes():
    return {
        level: text.groupby([level, "province", "month"])["output"].sum() for level in digital_miit.LEVELS
    }


# %% [markdown]
# The second keeps the codes as categories, goes through the rows once, and then climbs: each level is the sum of the level below.


# %%
def one_pass():
    rows = year.groupby(["class", "province", "month"], observed=True)["output"].sum()
    sums = {"class": rows.unstack(["province", "month"])}
    for level, length in {"group": 4, "division": 3, "section": 1}.items():
        below = next(reversed(sums.values()))
        sums[level] = below.groupby(below.index.astype(str).str[:length]).sum()
    return sums


# %% [markdown]
# **Predict:** how many times as long does the first take, and how many times as much memory does its table need?

# %% tags=["measured"]
seconds = [min(timeit.repeat(form, number=1, repeat=2)) for form in (four_passes, one_pass)]
sizes = [table.memory_usage(index=False).sum() / len(table) for table in (text, year)]
pd.DataFrame(
    {
        _("time, the faster = 1"): (np.array(seconds) / min(seconds)).round(1),
        _("bytes a row"): np.round(sizes).astype(int),
        _("memory, the smaller = 1"): (np.array(sizes) / min(sizes)).round(1),
    },
    index=pd.Index([_("text, four passes"), _("categories, one pass")], name=_("form")),
)

# %% [markdown]
# The bytes count only the pointers to the texts, not the texts: the real difference is larger.
# But a fast answer has to be the same answer.

# %%
slow, fast = four_passes(), one_pass()
differences = {}
for level, table in fast.items():
    other = slow[level].unstack(["province", "month"])[list(table.columns)]
    differences[level] = int((other.to_numpy() != table.to_numpy()).sum())
grand_totals = {int(table.to_numpy().sum()) for table in fast.values()}
say(
    _("Figures that differ between the two ways: {n}. Different grand totals over the four levels: {totals}."),
    n=sum(differences.values()), totals=len(grand_totals),
)  # fmt: skip

# %% tags=["check"]
assert not any(differences.values()), _("the two ways disagree")
assert grand_totals == {int(year["output"].sum())}, _("a level does not add up")

# %% [markdown]
# Climbing is allowed *because* the sums add up; a median or a growth rate of parts would not.
#
# **Try it:** set `months` to 120, run the lesson again and ask for `panel.memory_usage().sum()`: how many megabytes do 2.6 million rows need?

# %% [markdown] tags=["instructor"]
# The ratios change from machine to machine, the order does not.
# Ask which of the two ideas saves more: categories, or climbing.
# Students who replace `one_pass` by four groupings of categories find out in two lines.
# *About 35 minutes to here.*

# %% [markdown]
# ## Can you find it by drilling down?
#
# In the last month the shock hits: part of the tree in `province` loses `shock_size` of its output.
# What we expect without it is each series' usual share in the national total, so that growth and season drop out.
# The gap between output and expectation adds up like the output itself.
#
# **Predict:** you know where the shock is. By how much will the *national* figure of its division fall?

# %%
english = load("provinces", lang="en").set_index("name")["code"]
here = provinces.set_index("code")["name"][english[province]]
column = world.province(here)
widths = {level: world.branch_of(industry, level) for level in digital_miit.LEVELS}
last = digital_miit.with_shock(values, widths[shock_width], column, shock_size)

# %%
shares = values[:, :, :-1] / values[:, :, :-1].sum(axis=(0, 1))
final = panel.loc[panel["month"] == months, ["class", "province"]].assign(
    output=last.ravel(), expected=shares.mean(axis=2).ravel() * last.sum()
)
final["division"] = final["class"].astype(str).str[:3]
final["group"] = final["class"].astype(str).str[:4]


def gaps(*keys):
    """Output against expectation, in percent, summed over everything else."""
    added = final.groupby(list(keys), observed=True)[["output", "expected"]].sum()
    return (100 * (added["output"] / added["expected"] - 1)).rename("gap").reset_index()


# %% [markdown]
# Pretend that you do not know where it is, and start at the top.
# Click a division on the left: the map shows it in every province, the bars below show its groups in the nation.
# Can you find the province that has lost most of any division?

# %%
by_division = gaps("division").assign(name=lambda t: t["division"].map(divisions))
by_place = gaps("division", "province").merge(
    places[["grid_row", "grid_col"]], left_on="province", right_index=True
)
by_place["label"] = [list(charts.TWO_LINE_NAMES.get(name, (name,))) for name in by_place["province"]]
by_group = gaps("division", "group")
widest = by_group["gap"].abs().max()
worst = by_division.loc[by_division["gap"].idxmin()]
pick = alt.selection_point(
    fields=["division"], value=[{"division": worst["division"]}], toggle=False, clear=False
)
reach = max(30, 100 * shock_size)
diverging = alt.Scale(domain=[-reach, 0, reach], range=[charts.HIGHLIGHT, "#F2F2F2", charts.CATEGORY[0]])
signed = alt.Axis(format="+d", tickCount=4)

# %%
per_division = alt.Chart(by_division).encode(
    y=alt.Y("division:N", title=_("division"), axis=alt.Axis(labelFontSize=10)),
    tooltip=[alt.Tooltip("division:N", title=_("code")), alt.Tooltip("name:N", title=_("division")), alt.Tooltip("gap:Q", format="+.1f")],
)  # fmt: skip
bars = per_division.mark_bar().encode(
    x=alt.X("gap:Q", title=_("nation: gap, %"), axis=signed),
    color=alt.condition(pick, alt.value(charts.HIGHLIGHT), alt.value(charts.MUTED)),
)
# A short bar is hard to hit, so the whole row listens.
rows = per_division.mark_rect(fillOpacity=0).add_params(pick)
top = (bars + rows).properties(width=130, height=alt.Step(12.5))

# %%
of_groups = alt.Chart(by_group).mark_bar(color=charts.CATEGORY[0]).transform_filter(pick).encode(
    y=alt.Y("group:N", title=_("group")),
    x=alt.X("gap:Q", title=_("nation: gap, %"), axis=alt.Axis(format="+d", tickCount=6), scale=alt.Scale(domain=[-widest, widest])),
    tooltip=["group:N", alt.Tooltip("gap:Q", format="+.1f")],
).properties(width=330, height=120)  # fmt: skip

# %%
tiles = alt.Chart(by_place).transform_filter(pick).encode(
    x=alt.X("grid_col:O", axis=None), y=alt.Y("grid_row:O", axis=None),
    tooltip=["province:N", alt.Tooltip("gap:Q", format="+.1f")],
)  # fmt: skip
squares = tiles.mark_rect(cornerRadius=3, stroke="#C9CED1").encode(
    fill=alt.Fill("gap:Q", title=_("province: gap, %"), scale=diverging)
)
on_dark = alt.condition(f"abs(datum.gap) > {0.6 * reach}", alt.value("white"), alt.value(charts.INK))
labels = tiles.mark_text(fontSize=8.5, lineHeight=9, dy=-9, baseline="middle").encode(
    text="label:N", color=on_dark
)
numbers = tiles.mark_text(fontSize=11, fontWeight="bold", dy=12).encode(
    text=alt.Text("gap:Q", format="+.0f"), color=on_dark
)

# %%
heading = alt.Chart(by_division).transform_filter(pick).transform_calculate(
    label="datum.division + ' ' + datum.name"
).mark_text(align="left", fontSize=12, fontWeight="bold").encode(
    text="label:N", x=alt.value(0), y=alt.value(8)
).properties(width=330, height=16)  # fmt: skip
country = (squares + labels + numbers).properties(width=330, height=300)

# %%
show(
    alt.hconcat(top, alt.vconcat(heading, country, of_groups)).properties(
        title=_("Drill-down: output against expectation in the last month")
    ),
    description=_(
        "Three linked charts of the gap between output and expectation. On the left the {n} divisions in the "
        "nation; the largest fall is that of {worst}, {gap:+.1f} percent. Clicking one shows its provinces as a "
        "tile-grid map and its groups as bars."
    ).format(n=len(by_division), worst=worst["division"], gap=worst["gap"]),
    table=by_division[["division", "name", "gap"]]
    .round(1)
    .set_axis([_("code"), _("division"), _("gap, %")], axis="columns"),
    source=provinces,
    synthetic=_(
        "shares of the provinces as in the GDP of 2022; the rest is assumed, and the shock is planted"
    ),
)

# %%
order = by_division.set_index("division")["gap"].rank()
inside = by_place.query("division == @industry").set_index("province")["gap"]
say(
    _("In the nation, {code} ({branch}) moved by {nation:+.1f} %: place {place:.0f} from below among {n} divisions. In {name} it moved by {local:+.1f} %: place {rank:.0f} from below among {m} provinces."),
    code=industry, branch=divisions[industry], nation=by_division.set_index("division")["gap"][industry], place=order[industry],
    n=len(order), name=here, local=inside[here], rank=inside.rank()[here], m=len(inside),
)  # fmt: skip

# %% [markdown]
# Drilling down starts from what the top shows.
# What the nation averages away is never clicked.
# So ask for every province: if the whole division fell there by `shock_size`, how many standard deviations of its *national* series would that be?

# %%
national = values[tree["division"] == industry].sum(axis=(0, 1)) / values.sum(axis=(0, 1))
spread = np.log(national[:-1]).std(ddof=1)
local = final[final["division"] == industry].groupby("province", observed=True)["expected"].sum()
fall = -np.log(1 - shock_size * local / local.sum()) / spread
mapped = provinces.assign(fall=provinces["name"].map(fall.to_dict()))

# %%
show(
    charts.tile_grid(
        mapped, value="fall", number_format=".1f", highlight=here,
        title=_("How far the nation would fall if {code} lost {size:.0%} in one province").format(code=industry, size=shock_size),
        legend=_("standard deviations of the national series"),
    ),
    description=_(
        "Tile-grid map of 31 provinces: fall of the national series of {code}, in its standard deviations, if it lost {size:.0%} "
        "in that province. The largest value is {most:.1f}; provinces that reach the threshold of {threshold:g}: {n}."
    ).format(code=industry, size=shock_size, most=fall.max(), n=(fall >= threshold).sum(), threshold=threshold),
    table=fall.round(2).rename_axis(_("province")).to_frame(_("standard deviations")).reset_index(),
    source=provinces,
    synthetic=_("shares of the provinces as in the GDP of 2022; the rest is assumed"),
)  # fmt: skip

# %%
seen = fall[fall >= threshold].sort_values(ascending=False)
say(
    _("At a threshold of {threshold:g} the national figure would notice it in {n} of {all} provinces: {names}.")
    if len(seen)
    else _("At a threshold of {threshold:g} the national figure would notice it in none of the {all} provinces."),
    threshold=threshold, n=len(seen), all=len(fall), names=_(", ").join(seen.index),
)  # fmt: skip

# %% tags=["check"]
assert provinces["grid_row"].notna().sum() == 31 == len(fall), _("a province is missing")
assert len(by_place) == 44 * 31 and len(by_group) == 224, _("the drill-down has other rows")
assert np.isclose(final["output"].sum(), final["expected"].sum()), _("the gaps do not add up to zero")

# %% [markdown] tags=["instructor"]
# Let the class click for two minutes before anyone reads on, and ask who found the province.
# They click the longest bar, and then whatever is next to it.
# With 44 divisions and 31 provinces there are 1364 tiles; nobody looks at all of them every month.
# *About 55 minutes to here.*

# %% [markdown]
# ## Which monitor rings?
#
# A rule can look at every series.
# It compares the logarithm of a series' share in the nation with its own history of $n$ months:
#
# $$ z = \frac{\log s_{now} - \overline{\log s}}{sd \cdot \sqrt{1 + 1/n}} $$
#
# It rings where $z$ lies below minus `threshold`.
# A *monitor* watches all series of one level.
# **Predict:** which monitor is best at finding the shock, and which rings most often for nothing?

# %%
scores = digital_miit.scores_of(world, values, last)
places_of = {"nation": _("nation"), "province": _("province")}
kinds = {"industry": _("all industry"), **level_names}
monitors = {m: _("{level}, {place}").format(level=kinds[m[1]], place=places_of[m[0]]) for m in scores}
one_month = pd.DataFrame(
    {
        _("series"): [z.size for z in scores.values()],
        _("alarms"): [int((z < -threshold).sum()) for z in scores.values()],
        _("expected by luck"): [
            digital_miit.alarms_by_luck(z.size, months, threshold) for z in scores.values()
        ],
    },
    index=pd.Index(monitors.values(), name=_("monitor")),
)
one_month.round(2)

# %%
touching = {
    key: z[digital_miit.touches(world, key[1], widths[shock_width]), 0 if key[0] == "nation" else column]
    for key, z in scores.items()
}
say(
    _("All monitors together rang {all} times this month; {true} of these alarms hold the shock or lie inside it. The list does not say which."),
    all=sum(int((z < -threshold).sum()) for z in scores.values()),
    true=sum(int((z < -threshold).sum()) for z in touching.values()),
)  # fmt: skip

# %% [markdown]
# One month is an anecdote.
# Now the same shock in many worlds that differ only by their noise.
# A *hit* is a world in which at least one series that holds the shock, or lies inside it, rings.
# A *false alarm* rings in a month without any shock.

# %%
results = digital_miit.trials(world, months, widths, column, shock_size, n_worlds, seed)
thresholds = sorted({*np.arange(2, 6.25, 0.25), float(threshold)})
rates = digital_miit.rates(results, shock_width, thresholds)
rates["monitor"] = [monitors[key] for key in zip(rates["geography"], rates["level"], strict=True)]
now = rates[rates["threshold"] == threshold]
shown = now.set_index("monitor").round(2)
pd.DataFrame(
    {
        _("series"): shown["series"],
        _("hit rate"): shown["hits"],
        _("its 95 % interval"): [f"{a:.2f}–{b:.2f}" for a, b in zip(shown["low"], shown["high"], strict=True)],
        _("false alarms a month"): shown["false_alarms"],
        _("their 95 % interval"): [f"{a:.2f}–{b:.2f}" for a, b in zip(shown["false_low"], shown["false_high"], strict=True)],
    }
).rename_axis(_("monitor"))  # fmt: skip

# %% [markdown]
# No false alarm in so many months does not mean none ever: read how far the interval reaches.

# %% [markdown]
# Move the threshold and watch both panels: what does it cost to catch more?

# %%
slider = alt.binding_range(min=2, max=6, step=0.25, name=_("threshold, standard deviations: "))
chosen_threshold = alt.param(name="chosen_threshold", value=threshold, bind=slider)
at = alt.Chart(rates).transform_filter("abs(datum.threshold - chosen_threshold) < 0.01")
row = alt.Y("monitor:N", sort=None, title=None)
share = alt.Scale(domain=[0, 1], padding=6, nice=False)
interval = at.mark_rule(strokeWidth=6, opacity=0.35, color=charts.CATEGORY[0]).encode(
    y=row, x=alt.X("low:Q", scale=share, axis=alt.Axis(format="%"), title=_("hit rate, with 95 % interval")), x2="high:Q"
)  # fmt: skip
dot = at.mark_point(size=80, opacity=1, color=charts.CATEGORY[0]).encode(
    y=row, x=alt.X("hits:Q", scale=share)
)

# %%
most = max(1.0, rates["false_high"].max())
wrong = at.mark_bar(color=charts.HIGHLIGHT).encode(
    y=row.axis(alt.Axis(labels=False, ticks=False)),
    x=alt.X("false_alarms:Q", title=_("false alarms a month, with 95 % interval"), axis=alt.Axis(values=[0, 1, 10, 100, 1000]), scale=alt.Scale(type="symlog", constant=0.1, domain=[0, most], nice=False)),
)  # fmt: skip
reach_of_luck = at.mark_rule(strokeWidth=2, color=charts.INK).encode(
    y=row, x="false_low:Q", x2="false_high:Q"
)
counts = at.mark_text(align="left", dx=4).encode(
    y=row, x="false_high:Q", text=alt.Text("false_alarms:Q", format=".2~g")
)

# %%
show(
    alt.hconcat(
        (interval + dot).properties(width=210, height=230),
        (wrong + reach_of_luck + counts).properties(width=210, height=230),
    )
    .add_params(chosen_threshold)
    .properties(title=_("Hits and false alarms of nine monitors")),
    description=_(
        "Two panels side by side with a slider for the threshold: hit rate and false alarms a month, each with its "
        "95 percent interval, for {n} monitors over {worlds} simulated panels. At {threshold:g} the highest hit rate is {best:.0%}, and the "
        "most false alarms are {most:.1f} a month."
    ).format(
        n=len(now), worlds=n_worlds, threshold=threshold, best=now["hits"].max(), most=now["false_alarms"].max()
    ),
    table=now[["monitor", "hits", "low", "high", "false_alarms", "false_low", "false_high"]].round(3).set_axis(
        [_("monitor"), _("hit rate"), _("lowest rate"), _("highest rate"), _("false alarms a month"), _("fewest"), _("most")], axis="columns"
    ),
    source=provinces,
    synthetic=_("shares of the provinces as in the GDP of 2022; noise assumed; {n} panels").format(n=n_worlds),
)  # fmt: skip

# %%
finest = now.iloc[-1]
say(
    _("At a threshold of {threshold:g}, the finest monitor finds the shock in {hits:.0%} of the worlds (95 % interval {low:.0%} to {high:.0%}) and rings {wrong:.1f} times a month for nothing ({fewest:.1f} to {most:.1f})."),
    threshold=threshold, hits=finest["hits"], low=finest["low"], high=finest["high"],
    wrong=finest["false_alarms"], fewest=finest["false_low"], most=finest["false_high"],
)  # fmt: skip

# %% [markdown]
# A fair comparison gives every monitor the same bill: a threshold of its own, at which it rings for nothing once in five months.
# And nobody knows beforehand how wide a shock will be, so try four widths of it.

# %%
bill = 1 / 5
limits = {key: digital_miit.threshold_for(found["calm"], bill) for key, found in results.items()}
fair = pd.DataFrame(
    [
        (monitors[key], width, int((found[width] < -limits[key]).sum()))
        for key, found in results.items()
        for width in widths
    ],
    columns=["monitor", "width", "n"],
)
fair["hits"] = fair["n"] / n_worlds
fair[["low", "high"]] = [digital_miit.wilson(n, n_worlds) for n in fair["n"]]
fair["interval"] = [f"{100 * a:.0f}–{b:.0%}" for a, b in zip(fair["low"], fair["high"], strict=True)]

# %%
fair["width_name"] = fair["width"].map({w: _("one {level}").format(level=level_names[w]) for w in widths})
fair["cell"] = [f"{hits:.0%} ({interval})" for hits, interval in zip(fair["hits"], fair["interval"], strict=True)]  # fmt: skip
wide = fair.pivot(index="monitor", columns="width_name", values="cell")
wide = wide.loc[list(monitors.values()), fair["width_name"].unique()]

# %%
cells = alt.Chart(fair).encode(
    x=alt.X("width_name:N", sort=None, title=_("what falls")),
    y=alt.Y("monitor:N", sort=None, title=_("what is watched")),
)
heat = cells.mark_rect().encode(
    color=alt.Color("hits:Q", title=_("hit rate"), scale=alt.Scale(domain=[0, 1], range=list(charts.RAMP)), legend=alt.Legend(format="%"))
)  # fmt: skip
ink = alt.condition("datum.hits > 0.5", alt.value("white"), alt.value("black"))
inscribed = cells.mark_text(fontSize=12, dy=-5).encode(text=alt.Text("hits:Q", format=".0%"), color=ink)
intervals = cells.mark_text(fontSize=9, dy=8).encode(text="interval:N", color=ink)

# %%
show(
    (heat + inscribed + intervals).properties(
        width=320, height=300, title=_("Hit rate and its 95 % interval, at one false alarm in five months")
    ),
    description=_(
        "Heat map of the hit rate, with its 95 percent interval, of nine monitors for shocks of four widths in one province, each monitor at its own "
        "threshold of one false alarm in five months. The highest rate for one class is {cls:.0%}, for one division {div:.0%}."
    ).format(
        cls=fair.query("width == 'class'")["hits"].max(), div=fair.query("width == 'division'")["hits"].max()
    ),
    table=wide.reset_index().rename(columns={"monitor": _("monitor")}),
    source=provinces,
    synthetic=_("shares of the provinces as in the GDP of 2022; noise assumed; {n} panels").format(n=n_worlds),
)  # fmt: skip

# %%
ours = fair[fair["width"] == shock_width]
finest_fair, best = ours.iloc[-1], ours.loc[ours["hits"].idxmax()]
say(
    _("No monitor finds this shock more often than the finest: {finest}.")
    if finest_fair["n"] == best["n"]
    else _("Highest hit rate for this shock ({best}): {highest}. The finest monitor: {finest}.")
    if finest_fair["high"] < best["low"]
    else _("Highest hit rate for this shock ({best}): {highest}. The finest monitor: {finest}. The intervals overlap, so more panels would have to decide."),
    best=best["monitor"], highest=best["cell"], finest=finest_fair["cell"],
)  # fmt: skip

# %%
say(
    _("Each threshold was set by {k} false alarms in {n} calm months, and each rate comes from {n} panels: differences smaller than the intervals may be chance."),
    k=int(bill * n_worlds), n=n_worlds,
)  # fmt: skip

# %% [markdown]
# Read a column from top to bottom: a monitor far wider than the shock dilutes it; one far narrower has to tell it from more noise, and from the alarms of more neighbours.
# A monitor of few series gets a loose threshold by this bill, so its hits may be luck.
#
# **Try it:** set `shock_size` to 0.6: which corner of the map fills?

# %% tags=["check"]
assert len(monitors) == 9 and len(widths) == 4, _("there are other monitors or widths")
assert list(monitors)[-1] == ("province", "class"), _("the last monitor is not the finest")
counts_of = {key: found["calm"].shape[1] for key, found in results.items()}
assert bill == 0.2 and counts_of["province", "class"] == 700 * 31, _("the finest monitor has other series")

# %% [markdown]
# ## How long must it remember?
#
# At four standard deviations the normal distribution promises one false fall in some thirty thousand series, if the standard deviation is known.
# Here it is estimated from a history, and Student's t with its heavier tails takes over.
# **Predict:** how many alarms does the finest monitor raise in a calm month if it remembers only one year?

# %%
lengths = [12, 18, 24, 36, 60, 84, 120]
memory = digital_miit.alarms_by_memory(world, months, threshold, lengths, 10, seed)
theory = pd.DataFrame({"months": range(12, 121, 4)})
theory["t"] = [digital_miit.alarms_by_luck(len(tree) * len(places), n, threshold) for n in theory["months"]]
normal = digital_miit.alarms_by_luck(len(tree) * len(places), 10**7, threshold)
memory.round(1).set_axis(
    [_("months remembered"), _("alarms, mean of ten worlds"), _("lowest"), _("highest")], axis="columns"
)

# %%
along = alt.X("months:Q", title=_("months in the panel"), scale=alt.Scale(domain=[10, 122], nice=False))
curve = alt.Chart(theory).mark_line(color=charts.CATEGORY[0]).encode(
    x=along, y=alt.Y("t:Q", title=_("false alarms a month, finest monitor"))
)  # fmt: skip
floor = (
    alt.Chart(pd.DataFrame({"y": [normal]})).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y="y:Q")
)
spans = alt.Chart(memory).mark_rule(strokeWidth=3, color=charts.HIGHLIGHT, opacity=0.5).encode(
    x=along, y="low:Q", y2="high:Q"
)  # fmt: skip
means = alt.Chart(memory).mark_point(size=80, color=charts.HIGHLIGHT, opacity=1).encode(x=along, y="mean:Q")

# %%
show(
    (curve + floor + spans + means).properties(
        width=430, height=240, title=_("A short memory cries wolf: Student's t (line), normal (dashed), simulated (dots)")
    ),
    description=_(
        "Line chart of false alarms a month among {n:,} series against months in the panel. By Student's t they fall from "
        "{start:.1f} with 12 months to {end:.1f} with 120; the normal distribution says {normal:.1f} throughout. Dots with "
        "ranges show simulated panels."
    ).format(n=len(tree) * len(places), start=theory["t"].iloc[0], end=theory["t"].iloc[-1], normal=normal),
    table=theory.round(2).set_axis([_("months"), _("false alarms, Student's t")], axis="columns"),
    source=provinces,
    synthetic=_("noise assumed; ten panels, mean with lowest and highest"),
)  # fmt: skip

# %%
say(
    _("Alarms for nothing in a month: {short:.3g} with 12 months, {long:.3g} with 120, {here:.3g} with the {months} of this panel. The normal distribution promises {normal:.3g}."),
    short=theory["t"].iloc[0], long=theory["t"].iloc[-1], months=months, normal=normal,
    here=digital_miit.alarms_by_luck(len(tree) * len(places), months, threshold),
)  # fmt: skip

# %% tags=["check"]
at_four = digital_miit.alarms_by_luck(1, 10**7, 4)
assert 30_000 < 1 / at_four < 33_000, _("the normal distribution has another tail")

# %% [markdown] tags=["instructor"]
# Return the papers of the opening.
# At the default parameters, who chose the finest level has the most alarms to explain, and who chose the nation sees nothing.
# Ask what a real economy would add: strikes, holidays that move, late reports, firms that change their class.
# Each makes the history of a series less like its future, so expect more false alarms than here.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “700 classes in 31 provinces are monitored, so nothing escapes”
#
# The figures give the *scope* of a classification: what has a place in the table.
# They do not say that each place is filled, that a change in it is noticed, or that somebody acts.
# More places even mean more false alarms, unless the threshold rises with them.

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("44 major, 224 medium and 700 small classes"),
            "finding": _("exactly the sections {names} of GB/T 4754-2017, and no other combination").format(
                names=_(", ").join(chosen)
            ),
            "confidence": _("high: one combination in over a million"),
            "missing": _("the edition of the standard; the class that our count of the whole list lacks"),
        },
        {
            "claim": _("31 provinces"),
            "finding": _("all province-level units of the mainland"),
            "confidence": _("high"),
            "missing": _("whether every class is reported from every province"),
        },
        {
            "claim": _("the platform monitors the economy of all of them"),
            "finding": _(
                "possible: {rows:,} figures fit into a laptop and add up; whether a fall of {size:.0%} in {code}, {name}, is noticed depends on the level watched: {hits} at best, {finest} at the finest, with one false alarm in five months each"
            ).format(
                rows=len(panel), size=shock_size, code=industry, name=here, hits=best["cell"], finest=finest_fair["cell"]
            ),
            "confidence": _("low for the rates: a synthetic panel with assumed noise"),
            "missing": _("the ministry's rule for an alarm, its hits and its false alarms"),
        },
    ]
)  # fmt: skip

# %% tags=["results"]
by_monitor = now.set_index(["geography", "level"])
record(
    combinations_alone=matching["alone"].tolist(),
    combinations_together=matching["together"].tolist(),
    sections_found=chosen,
    reachable_triples=reachable,
    classes_of_sections=sections["class"].tolist(),
    groups_of_sections=sections["group"].tolist(),
    rows=len(panel),
    series=n_series,
    grand_total_last_year=int(year["output"].sum()),
    disagreements=sum(differences.values()),
    province_share=float(world.shares[:, column].sum()),
    largest_province_share=float(world.shares.sum(axis=0).max()),
    smallest_province_share=float(world.shares.sum(axis=0).min()),
    national_gap=float(by_division.set_index("division")["gap"][industry]),
    local_gap=float(inside[here]),
    provinces_seen=len(seen),
    alarms_one_month=one_month.iloc[:, 1].tolist(),
    hits=now["hits"].tolist(),
    hits_low=now["low"].tolist(),
    hits_high=now["high"].tolist(),
    false_alarms=now["false_alarms"].tolist(),
    false_alarms_low=now["false_low"].tolist(),
    false_alarms_high=now["false_high"].tolist(),
    hits_division_province=float(by_monitor.loc[("province", "division"), "hits"]),
    fair_hits=fair.loc[fair["width"] == shock_width, "hits"].tolist(),
    best_monitor=float(best["hits"]),
    luck_finest=digital_miit.alarms_by_luck(len(tree) * len(places), months, threshold),
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
