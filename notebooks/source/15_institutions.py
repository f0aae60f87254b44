# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# The article's first open problem is that *management institutions lag behind*.
# Against it stands a campaign to raise the effectiveness of government services, with a catchy name, “double ten, hundred, thousand”, and warm words for its results.
# Neither comes with a number.
#
# So we build both: departments that pass cases on, and an evaluation that has to say whether a reform worked.

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask who has taken one paper to three offices, and where the time went: people working on it, the pile it lay in, or the way between the desks.
# Write the three words on the board; the first chart has the same three.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import pandas as pd
import statsmodels.formula.api as smf

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import institutions

begin("15", globals(), edition="en")

# %%
capability = load("province_capability")
policies = load("policies").set_index("policy_id")
systems = load("systems").set_index("system")
arrangements = {
    "none": _("one after another"),
    "lead_office": _("a lead office asks all"),
    "shared_queue": _("one shared queue"),
}
parts = {"work": _("work"), "waiting": _("waiting"), "hand_off": _("hand-off")}
kinds = {False: _("one department"), True: _("several departments")}

# %% [markdown]
# ## Where do the days of a case go?
#
# Our departments have one clerk each, who is busy three quarters of the time.
# A share `cross_share` of the cases needs several of them, five at most, one after another; the rest needs one.
# **Predict:** with your `cross_share`, what share of *all days of all cases* falls to the cases that need several departments? And what fills those days: work, waiting, or hand-offs?

# %%
runs = institutions.repeat(n_departments, cross_share, seed, 40)
runs["kind"] = (runs["departments"] > 1).map(kinds)
totals = ["cases", *parts, "days"]
sums = runs.groupby(["reform", "kind", "repetition"])[totals].sum()
per_case = sums[[*parts, "days"]].div(sums["cases"], axis="index")
today = sums.loc["none"].groupby("kind").sum()

# %%
if kinds[True] in today.index:
    reading = _(
        "Cases that need several departments are {few:.0%} of the cases and take {most:.0%} of the days. Of their days, {work:.0%} are work, {waiting:.0%} waiting and {hand_off:.0%} hand-offs."
    )
    shares = today.loc[kinds[True], list(parts)] / today.loc[kinds[True], "days"]
else:
    reading = _(
        "No case needs a second department; of the days of a case, {work:.0%} are work and {waiting:.0%} waiting."
    )
    shares = today.loc[kinds[False], list(parts)] / today.loc[kinds[False], "days"]
cross_days = 1 - today["days"].get(kinds[False], 0) / today["days"].sum()
cross_cases = 1 - today["cases"].get(kinds[False], 0) / today["cases"].sum()
say(reading, few=cross_cases, most=cross_days, **shares)

# %%
means = per_case.groupby(["reform", "kind"]).mean().reset_index()
bars = means.drop(columns="days").melt(["reform", "kind"], list(parts), "part", "days")
bars = bars.assign(reform=bars["reform"].map(arrangements), part=bars["part"].map(parts))
ends = per_case["days"].groupby(["reform", "kind"]).quantile([0.05, 0.95]).unstack()
ends = ends.set_axis(["low", "high"], axis="columns").reset_index()
ends["reform"] = ends["reform"].map(arrangements)

# %%
rows = alt.Y("reform:N", sort=list(arrangements.values()), title=None, axis=alt.Axis(labelLimit=200))
stack = alt.Chart().mark_bar(height=15, **charts.OUTLINE).encode(
    y=rows, x=alt.X("sum(days):Q", title=_("days per case")),
    color=alt.Color("part:N", title=_("spent on"), scale=alt.Scale(domain=list(parts.values()), range=[charts.TONES[0], charts.TONES[2], charts.TONES[1]])),
    order=alt.Order("rank:Q"), tooltip=["reform:N", "part:N", alt.Tooltip("sum(days):Q", format=".2f")],
)  # fmt: skip
whisker = alt.Chart().mark_rule(strokeWidth=2, color=charts.INK).encode(y=rows, x="low:Q", x2="high:Q")

# %%
drawn = pd.concat([bars.assign(rank=bars["part"].map(list(parts.values()).index)), ends])
layers = alt.layer(
    stack.transform_filter("isValid(datum.part)"), whisker.transform_filter("isValid(datum.low)"), data=drawn
).properties(width=400, height=95)
by_kind = layers.facet(
    row=alt.Row("kind:N", title=None, header=alt.Header(labelOrient="top", labelAnchor="start"))
)

# %%
show(
    by_kind.properties(title=_("The same work under three arrangements")),
    description=_("Stacked bars of days per case, split into work, waiting and hand-offs, for cases of one and of several departments under three arrangements. The longest bar has {longest:.1f} days, the shortest {shortest:.1f}.").format(
        longest=means["days"].max(), shortest=means["days"].min()
    ),
    table=means.assign(reform=means["reform"].map(arrangements))[["kind", "reform", *parts, "days"]].round(2).set_axis([_("cases of"), _("arrangement"), *parts.values(), _("days")], axis="columns"),
    synthetic=_("a queueing model with assumed working times; lines: 5th to 95th percentile of 40 repetitions"),
)  # fmt: skip

# %% [markdown]
# The clerks are the same and the applications are the same in all three rows.
# Under a *lead office*, the first department asks all others at once; leading makes its own step a quarter longer.
# With a *shared queue*, any clerk takes any case; another department's work takes them a quarter longer.

# %% tags=["check"]
assert institutions.LOAD == 0.75 and institutions.COORDINATION == institutions.GENERALIST == 1.25, _(
    "the prose gives other constants than the model"
)
assert (sums[list(parts)].sum(axis=1) - sums["days"]).abs().max() < 1e-6, _("the parts do not add up")
assert len(set(sums["cases"].groupby("reform").sum())) == 1, _("an arrangement has lost cases")

# %% [markdown]
# *About 20 minutes to here.*
#
# ## Whom does a lead office help?
#
# Count the steps on the longest path of a case, and the desks that it travels between.
# **Predict:** for a case that needs two departments, is it faster one after another or through a lead office? And for one that needs five?

# %%
length = runs.assign(mean=runs["days"] / runs["cases"])
by_length = length.groupby(["reform", "departments"])["mean"].describe(percentiles=[0.05, 0.95]).reset_index()
by_length = by_length.rename(columns={"5%": "low", "95%": "high"})[
    ["reform", "departments", "mean", "low", "high"]
]
by_length["reform"] = by_length["reform"].map(arrangements)
table = by_length.pivot(index="departments", columns="reform", values="mean")[list(arrangements.values())]

# %%
saved = table[arrangements["none"]] - table[arrangements["lead_office"]]
faster, slower = (_(", ").join(str(k) for k in saved.index[which]) for which in (saved > 1e-9, saved < -1e-9))
say(
    _("A lead office makes cases faster that need this many departments: {faster}; and slower: {slower}."),
    faster=faster or _("none"),
    slower=slower or _("none"),
)

# %%
pen = {
    "title": _("arrangement"),
    "scale": alt.Scale(domain=list(arrangements.values()), range=list(charts.CATEGORY[:3])),
}
lines = alt.Chart(by_length).encode(
    x=alt.X("departments:O", title=_("departments that the case needs")),
    y=alt.Y("mean:Q", title=_("days per case"), scale=alt.Scale(domainMin=0)),
    color=alt.Color("reform:N", **pen), tooltip=["reform:N", "departments:O", alt.Tooltip("mean:Q", format=".2f")],
)  # fmt: skip
marks = lines.mark_point(size=80, filled=True, opacity=1).encode(
    shape=alt.Shape("reform:N", title=pen["title"], scale=alt.Scale(domain=list(arrangements.values())))
)
spreads = lines.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q")

# %%
show(
    (spreads + lines.mark_line() + marks).properties(width=400, height=260, title=_("Days by the number of departments")),
    description=_("Line chart of days per case against the number of departments it needs, under three arrangements. One after another, it is {a:.1f} days for the fewest departments and {b:.1f} for the most; through a lead office {c:.1f} and {d:.1f}.").format(
        a=table.iloc[0, 0], b=table.iloc[-1, 0], c=table.iloc[0, 1], d=table.iloc[-1, 1]
    ),
    table=by_length.round(2).set_axis([_("arrangement"), _("departments"), _("mean days"), _("5th percentile"), _("95th percentile")], axis="columns"),
    synthetic=_("a queueing model with assumed working times; lines: 5th to 95th percentile of 40 repetitions"),
)  # fmt: skip

# %%
overall = runs.groupby(["reform", "repetition"])[["days", "cases"]].sum()
overall = (overall["days"] / overall["cases"]).unstack("reform")
gain = overall[reform] - overall["none"]
effect, before_reform = gain.mean(), overall["none"].mean()
reading = _(
    "You chose no reform: whatever an evaluation finds below, the mean of {before:.2f} days is unchanged."
)
if reform != "none":
    reading = _(
        "Over all cases, “{reform}” changes the mean of {before:.2f} days by {effect:+.2f}; a single repetition gives {low:+.2f} to {high:+.2f}, nine times out of ten. Keep {effect:+.2f}: in the worlds below it is what the reform *really* does."
    )
say(
    reading, reform=arrangements[reform], before=before_reform, effect=effect,
    low=gain.quantile(0.05), high=gain.quantile(0.95),
)  # fmt: skip

# %% [markdown]
# A lead office replaces hand-offs in a row by one trip out and one back, which a short case never needed.
# Its coordination also fills the queues in which everybody else waits.
#
# **Try it:** set `n_departments = 2`, then `20`. Which reform would you recommend to a county, and which to a province?

# %% tags=["check"]
handed = runs[runs["reform"] == "lead_office"]
shared = handed[handed["departments"] > 1]
assert ((shared["hand_off"] - 2 * shared["cases"]).abs() < 1e-6).all(), _(
    "a lead office needs other hand-offs"
)

# %% [markdown] tags=["instructor"]
# Let the class defend the lead office first; most will expect it to help everybody.
# Then draw both paths for two departments: one hand-off against two.
# The shared queue is the textbook result that one line before many counters beats one line each; ask what it costs that the model leaves out (training, liability, who signs).

# %% [markdown]
# ## The ten best, three years later
#
# Now the other half: was it the reform?
# Before we simulate anything, here is something published.
# The capability of provincial governments was ranked for 2016 and again for 2019: the editions of 2017 and 2020 in lesson 06, by the years that they judge.
# **Predict:** the ten best of 2016 had a mean position of 5.5. What was it in 2019? And where did the ten best *of 2019* stand in 2016?

# %%
listed = capability[capability["record"] == "province"]
ranks = listed.pivot(index="code", columns="data_year", values="rank").astype(float)
names = listed.drop_duplicates("code").set_index("code")["province"]
positions = pd.DataFrame({"then": ranks[2016], "later": ranks[2019].rank()})
top = {year: set(ranks.index[ranks[year].rank() <= 10]) for year in (2016, 2017, 2019)}
later = positions.loc[list(top[2016]), "later"].mean()
newcomers = sorted(top[2019] - top[2016])
known = positions.loc[list(top[2019] & top[2016]), "then"].sum()
# Whoever is not in the list of ten stood on the eleventh place or below, each on another.
earlier = (known + sum(range(11, 11 + len(newcomers)))) / 10

# %%
say(
    _("Forward, the ten best fall from {mean:.1f} to {later:.1f}. Backward, the ten best of 2019 fall from {mean:.1f} to {earlier:.1f} at least. {stayed} provinces are in both lists."),
    mean=5.5, later=later, earlier=earlier, stayed=len(top[2016] & top[2019]),
)  # fmt: skip

# %%
fates = [_("in both lists"), _("only in 2016"), _("only in 2019")]
slopes = positions.loc[sorted(top[2016] | top[2019])].fillna({"then": 11}).join(names.rename("name"))
slopes["fate"] = [
    fates[0] if c in top[2016] & top[2019] else fates[1 if c in top[2016] else 2] for c in slopes.index
]
long = slopes.reset_index().melt(["code", "name", "fate"], ["then", "later"], "when", "position")
long["when"] = long["when"].map({"then": "2016", "later": "2019"})

# %%
look = alt.Scale(domain=fates, range=list(charts.CATEGORY[:3]))
base = alt.Chart(long).encode(
    x=alt.X("when:O", title=None, scale=alt.Scale(padding=0.3)),
    y=alt.Y("position:Q", title=_("position"), scale=alt.Scale(domain=[1, 32], reverse=True, nice=False), axis=alt.Axis(values=[1, 5, 10, 15, 20, 25, 30])),
    detail="code:N", tooltip=["name:N", "when:O", "position:Q"],
)  # fmt: skip
threads = base.mark_line(strokeWidth=1.5).encode(
    color=alt.Color("fate:N", title=_("among the ten best"), scale=look),
    strokeDash=alt.StrokeDash("fate:N", title=_("among the ten best"), scale=alt.Scale(domain=fates)),
)
ends_of = slopes.groupby("later")["name"].agg(_(", ").join).reset_index().assign(when="2019")
labels = (
    alt.Chart(ends_of)
    .mark_text(align="left", dx=7, fontSize=11)
    .encode(x="when:O", y="later:Q", text="name:N")
)

# %%
show(
    (threads + labels).properties(width=300, height=430, title=_("The ten best of 2016 and of 2019")),
    description=_("Slope chart of {n} provinces that were among the ten best in 2016 or in 2019. {stayed} stay; of those only in the list of 2016 one ends on position {last:.0f} of 32. Newcomers start at 11, the best they can have been.").format(
        n=len(slopes), stayed=len(top[2016] & top[2019]), last=slopes["later"].max()
    ),
    table=slopes[["name", "then", "later", "fate"]].sort_values("later").set_axis([_("province"), _("position in 2016 (11: or below)"), _("position in 2019"), _("among the ten best")], axis="columns"),
    source=capability,
)  # fmt: skip

# %% [markdown]
# If the leaders had grown lazy, the list read backwards would rise.
# It falls in both directions: whoever is picked for an extreme was, in part, lucky that year.
# That is *regression to the mean*, and it has no direction in time.

# %% tags=["check"]
assert len(top[2016] & top[2019]) == 6 and all(len(ten) == 10 for ten in top.values()), _(
    "the lists have changed"
)
assert ranks[2016].dropna().mean() == 5.5 and later > 10 and earlier > 7, _("the ten best no longer fall")

# %% [markdown] tags=["instructor"]
# Someone will say that lists are made by changing methods; right, and that is part of the luck.
# Someone will say that a best ten can only fall; also right, and that is the point: so can the worst only rise.
# Galton found it in 1886 with parents and children, and checked it by reading the table the other way.

# %% [markdown]
# *About 45 minutes to here.*
#
# ## Nobody reforms, and the worst improve
#
# We draw 32 provinces, as many units as the assessment has.
# Their yearly days per case differ as much as the published scores, a share `luck` of the variance does not return in the next year, and everywhere cases get three percent faster a year.
# **Predict:** take the `n_first` slowest. Without any reform, do they improve as much as the others?

# %%
n_units = int(capability.loc[capability["data_year"] == 2019, "n_units"].sum())
scores = capability.loc[capability["data_year"] == 2019, "score"].dropna()
spread = scores.std() / scores.mean()
world = {"mean_days": before_reform, "spread": spread, "luck": luck, "seed": seed}
kept = institutions.overlap_of_best(n_units, 10, luck, seed, 2000)
say(
    _("The scores of 2019 spread by {spread:.1%} of their mean; so do our days. With luck = {luck:.2f}, two lists of ten in a row share {mean:.1f} names on average, from {low:.0f} to {high:.0f} in nine of ten draws. Published lists share {a} (2016 and 2017), {b} (2017 and 2019) and {c} (2016 and 2019)."),
    spread=spread, luck=luck, mean=kept.mean(), low=pd.Series(kept).quantile(0.05), high=pd.Series(kept).quantile(0.95),
    a=len(top[2016] & top[2017]), b=len(top[2017] & top[2019]), c=len(top[2016] & top[2019]),
)  # fmt: skip

# %%
twenty = institutions.draw_years(n_units, n_draws=20, **world).mean(axis=3)
pairs = pd.DataFrame({"before": twenty[:, :, 1].ravel(), "after": twenty[:, :, 2].ravel()})
pairs["draw"] = pairs.index // n_units
pairs["place"] = pairs.groupby("draw")["before"].rank(ascending=False)
change = (pairs["after"] - pairs["before"]).groupby(pairs["place"] <= n_first).mean()
extra = change[True] - change[False]
say(
    _("The {n} slowest of each draw change by {slow:+.2f} days, the others by {rest:+.2f}. Nobody has done anything."),
    n=n_first, slow=change[True], rest=change[False],
)  # fmt: skip

# %%
called = alt.param(
    name="called", value=n_first, bind=alt.binding_range(min=1, max=n_units, step=1, name=_("provinces called slow: ")),
)  # fmt: skip
groups = [_("the slowest"), _("the others")]
two = alt.Scale(domain=groups, range=[charts.CATEGORY[1], charts.CATEGORY[0]])
dye = alt.Color("group:N", title=None, scale=two)
flock = alt.Chart(pairs.round(3)).transform_calculate(
    group=f"datum.place <= called ? '{groups[0]}' : '{groups[1]}'", change="datum.after - datum.before"
)  # fmt: skip

# %%
ends_at = [pairs[["before", "after"]].to_numpy().min(), pairs[["before", "after"]].to_numpy().max()]
field = alt.Scale(domain=ends_at, zero=False)
cloud = flock.mark_point(size=22, filled=True, opacity=0.6).encode(
    x=alt.X("before:Q", title=_("days per case, second year"), scale=field, axis=alt.Axis(tickCount=5)),
    y=alt.Y("after:Q", title=_("days per case, third year"), scale=field), color=dye,
    shape=alt.Shape("group:N", title=None, scale=alt.Scale(domain=groups)),
)  # fmt: skip
equal = (
    alt.Chart(pd.DataFrame({"before": ends_at, "after": ends_at}))
    .mark_line(color=charts.MUTED, strokeDash=[4, 4], strokeWidth=1.5)
    .encode(x="before:Q", y="after:Q")
)
moved = flock.mark_bar(width=34).encode(
    x=alt.X("group:N", sort=groups, title=None),
    y=alt.Y("mean(change):Q", title=_("mean change, days")),
    color=dye,
)

# %%
show(
    alt.hconcat((cloud + equal).properties(width=290, height=270), moved.properties(width=150, height=270)).add_params(called).properties(title=_("No reform anywhere: who improves?")),
    description=_("Scatter plot of days per case of 32 provinces in two years, twenty draws, and bars of the mean change: {slow:+.2f} days for the {n} slowest, {rest:+.2f} for the others. A slider sets how many are called slow.").format(
        slow=change[True], rest=change[False], n=n_first
    ),
    table=pd.DataFrame({_("group"): groups, _("mean change, days"): [change[True], change[False]]}).round(3),
    source=capability,
    synthetic=_("provinces drawn at random; only their spread is taken from published scores"),
)  # fmt: skip

# %% [markdown]
# Move the slider to one end, then to the other.
# If there is luck in the figures, calling fewer provinces slow makes their “success” larger; with all of them it is only what happens everywhere.

# %% tags=["check"]
assert n_units == 32 and abs(institutions.TREND + 0.03) < 1e-12, _(
    "the prose gives other numbers than the model"
)
assert luck > 0 or abs(extra) < 1e-9, _("without luck the slowest should change like the others")

# %% [markdown]
# ## Difference in differences, by hand
#
# In 2023 the campaign ran, nationwide; on 18 August 2023 a *regular* mechanism for the same purpose was issued.
# Where all start at once, nobody is left to compare with.
# So we stage what was not staged: in our world the `n_first` slowest start in the third year, the others in the fourth; every province reports each quarter.
# **Predict:** taking the change of the others off the change of the first removes the common trend. Does it also remove the luck?

# %%
panel = institutions.as_table(institutions.draw_years(n_units, **world)[0])
ranked = panel[panel["year"] == 2].groupby("unit")["days"].mean().rank(ascending=False)
panel["first"] = panel["unit"].isin(ranked.index[ranked <= n_first]).astype(int)
panel["untouched"] = panel["days"]
panel["days"] += effect * (panel["year"] >= 4 - panel["first"])
window = panel[panel["year"].isin([2, 3])].assign(after=lambda t: (t["year"] == 3).astype(int))

# %%
four = window.pivot_table(index="first", columns="after", values="days")
by_hand = (four.loc[1, 1] - four.loc[1, 0]) - (four.loc[0, 1] - four.loc[0, 0])
four.rename(index={0: groups[1], 1: groups[0]}, columns={0: _("year 2"), 1: _("year 3")}).rename_axis(
    index=None, columns=None
).round(3)

# %%
model = smf.ols("days ~ first * after", window)
plain, clustered = model.fit(), model.fit(cov_type="cluster", cov_kwds={"groups": window["unit"]})
regression = plain.params["first:after"]
variance = {name: fit.cov_params() for name, fit in (("plain", plain), ("clustered", clustered))}
# Without luck the clustered variance is zero, and rounding can take it just below.
standard_error = {
    name: max(matrix.loc["first:after", "first:after"], 0) ** 0.5 for name, matrix in variance.items()
}
say(
    _("By hand: {hand:+.3f} days; as the coefficient of a regression: {fit:+.3f}. In truth the reform does {truth:+.3f}. Standard error: {plain:.3f} if all quarters were independent, {clustered:.3f} if the quarters of a province hang together."),
    hand=by_hand.round(9) + 0.0, fit=regression.round(9) + 0.0, truth=effect, **standard_error,
)  # fmt: skip

# %%
curves = panel.groupby(["year", "first"])[["days", "untouched"]].mean().reset_index()
curves["who"] = curves["first"].map({1: groups[0], 0: groups[1]})
shadow = curves.loc[(curves["first"] == 1) & curves["year"].isin([2, 3]), ["year", "untouched"]]
others = four.loc[0, 1] - four.loc[0, 0]
assumed = pd.DataFrame({"year": [2, 3], "days": [four.loc[1, 0], four.loc[1, 0] + others]})
ghosts = [_("as the others"), _("really, without reform")]
dotted = pd.concat(
    [assumed.assign(line=ghosts[0]), shadow.rename(columns={"untouched": "days"}).assign(line=ghosts[1])]
)

# %%
tall = alt.Y("days:Q", title=_("days per case"), scale=alt.Scale(zero=False))
year = alt.X("year:O", title=_("year"))
seen = alt.Chart(curves).encode(x=year, y=tall, color=alt.Color("who:N", title=_("provinces"), scale=two))
dots = seen.mark_point(size=80, filled=True, opacity=1).encode(
    shape=alt.Shape("who:N", title=_("provinces"), scale=alt.Scale(domain=groups))
)
dashed = alt.Chart(dotted).mark_line(color=charts.INK, strokeWidth=1.5).encode(
    x=year, y=tall, strokeDash=alt.StrokeDash("line:N", title=_("the slowest, had they not started"), scale=alt.Scale(domain=ghosts, range=[[2, 3], [7, 4]])),
)  # fmt: skip

# %%
show(
    (seen.mark_line() + dots + dashed).properties(width=380, height=280, title=_("A staged roll-out, the slowest first")),
    description=_("Line chart of days per case over four years, for the slowest provinces, which start in year 3, and the others, which start in year 4. Two dashed lines show the slowest without reform: as the others went, {assumed:.2f} days in year 3, and really, {real:.2f}.").format(
        assumed=assumed["days"].iloc[-1], real=shadow["untouched"].iloc[-1]
    ),
    table=curves[["year", "who", "days", "untouched"]].round(3).set_axis([_("year"), _("provinces"), _("days"), _("days without reform")], axis="columns"),
    source=capability,
    synthetic=_("provinces drawn at random; only their spread is taken from published scores"),
)  # fmt: skip

# %% [markdown]
# Difference in differences *assumes* that the first would have gone the way of the others.
# Where the dashed lines part, it is wrong: as far as they were picked for a bad year, they come back by themselves.
# Evaluators of job training met this in 1978 and call it Ashenfelter's dip.

# %% tags=["check"]
mechanism = policies.loc["P21"]
assert mechanism["date_adopted"] == "2023-08-18", _("the mechanism has another date")
assert "2023" in systems.loc["double_ten_campaign", "what_it_is"], _("the campaign has another year")
assert abs(by_hand - regression) < 1e-9, _("the regression is not the difference in differences")

# %% [markdown] tags=["instructor"]
# Have one student compute the four means on the board before the regression runs; the coefficient of the product is the same number, always.
# Which standard error to believe? Quarters of one province share its years, so 32 provinces are nearer to 32 observations than to 256; the last section shows the scatter itself.
# With `n_first` at 1 or at 31 the clustered error is far too small: a group of one has no others to vary with.
# We do not know how the real campaign chose anybody; the staging is ours.

# %% [markdown]
# *About 70 minutes to here.*
#
# ## Would it be right the next time?
#
# One draw proves nothing, so 400 worlds: the same reform, four evaluations.
# Two of them mend the selection: take the year *before* the bad year for comparison, or let a lot decide who starts.
# **Predict:** which of the four have their mean on the true effect?

# %%
evaluations = {
    "before_after": _("slowest first, before and after"),
    "did_worst": _("slowest first, difference in differences"),
    "did_earlier": _("the same, an earlier year as before"),
    "did_lot": _("by lot, difference in differences"),
}
many = institutions.evaluations(n_units, n_first, effect=effect, n_draws=400, **world)
bias = many.groupby("evaluation")["estimate"].mean()[list(evaluations)] - effect
error = many.groupby("evaluation")["estimate"].std()[list(evaluations)]

# %%
lots = many.loc[many["evaluation"] == "did_lot", "estimate"]
# What a lot finds where nothing is to be found, in 19 of 20 worlds.
noise = 1.96 * error["did_lot"] + 1e-9
found = float((lots.abs() > noise).mean())
say(
    _("True effect {truth:+.2f} days. Mean error: {a:+.2f} before and after, {b:+.2f} by difference in differences, {c:+.2f} with the earlier year, {d:+.2f} by lot. By lot the estimates scatter by {scatter:.3f} days, so luck alone reaches {least:.2f}; in {found:.0%} of the worlds the estimate is beyond that."),
    truth=effect, scatter=error["did_lot"], least=noise, found=found,
    **dict(zip("abcd", bias.where(bias.abs() > 0.005, 0.0), strict=True)),
)  # fmt: skip

# %%
quantiles = many.groupby("evaluation")["estimate"].quantile([0.05, 0.5, 0.95]).unstack()
quantiles = quantiles.set_axis(["low", "middle", "high"], axis="columns").reset_index()
quantiles["evaluation"] = quantiles["evaluation"].map(evaluations)
x_of = {
    "title": _("estimated change, days per case"),
    "scale": alt.Scale(domain=[min(quantiles["low"].min(), effect, 0), max(quantiles["high"].max(), effect, 0)], nice=True),
}  # fmt: skip
kind = alt.Y("evaluation:N", sort=list(evaluations.values()), title=None, axis=alt.Axis(labelLimit=300))

# %%
ranges = alt.Chart(quantiles).mark_rule(strokeWidth=4, color=charts.CATEGORY[0])
ranges = ranges.encode(y=kind, x=alt.X("low:Q", **x_of), x2="high:Q")
centre = alt.Chart(quantiles).mark_point(size=110, filled=True, opacity=1, color=charts.CATEGORY[0])
centre = centre.encode(y=kind, x=alt.X("middle:Q", **x_of), tooltip=[alt.Tooltip("middle:Q", format="+.3f")])
marks_of = pd.DataFrame({"at": [effect, 0.0], "line": [_("what the reform really does"), _("no change")]})
upright = alt.Chart(marks_of).mark_rule(strokeWidth=2).encode(
    x=alt.X("at:Q", **x_of), color=alt.Color("line:N", title=None, scale=alt.Scale(domain=list(marks_of["line"]), range=[charts.HIGHLIGHT, charts.MUTED])),
    strokeDash=alt.StrokeDash("line:N", title=None, scale=alt.Scale(domain=list(marks_of["line"]), range=[[1, 0], [4, 4]])),
)  # fmt: skip

# %%
show(
    (upright + ranges + centre).properties(width=360, height=alt.Step(34), title=_("Four evaluations of one reform, 400 times")),
    description=_("Intervals of four evaluations over 400 draws against the true effect of {truth:+.2f} days. Mean estimates: {a:+.2f} before and after, {b:+.2f} by difference in differences with the slowest first, {c:+.2f} with an earlier year, {d:+.2f} by lot.").format(
        truth=effect, **dict(zip("abcd", ((bias + effect).round(9) + 0.0).tolist(), strict=True))
    ),
    table=quantiles.round(3).set_axis([_("evaluation"), _("5th percentile"), _("median"), _("95th percentile")], axis="columns"),
    source=capability,
    synthetic=_("400 draws of 32 provinces, of which only the spread is taken from published scores; lines: 5th to 95th percentile"),
)  # fmt: skip

# %% [markdown]
# Before and after takes the trend and the luck for the reform; difference in differences still takes the luck.
# The earlier year mends that only because luck, in our world, never lasts into a second year; a lot needs no such promise.
# **Try it:** set `reform = "none"` and read the two upper rows again: a success without a reform.
# Then `luck = 0`.

# %% tags=["check"]
tolerance = 4 * error / 400**0.5 + 1e-9
assert (bias[["did_earlier", "did_lot"]].abs() < tolerance[["did_earlier", "did_lot"]]).all(), _(
    "an honest evaluation is off on average"
)
assert luck < 0.1 or (bias[["before_after", "did_worst"]] < 0).all(), _("the slowest no longer come back")

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “the worst improved most, so the help went where it was needed”
#
# The worst improve most when nobody helps anybody, and the best fall without any fault.
# Ask how the first were chosen, and what happened to others who looked just as bad.

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
lagging = _("not measured: no figure is printed, and in this model no case needs a second department")
if cross_share > 0:
    lagging = _(
        "not measured: no figure is printed. In the model, {few:.0%} of the cases need several departments and take {most:.0%} of the days"
    ).format(few=cross_cases, most=cross_days)
catching_up = _("with no luck in the figures it would be evidence: nobody catches up by itself")
if luck > 0:
    catching_up = _(
        "would prove nothing: without a reform the {n} slowest gain {extra:.2f} days on the others"
    ).format(n=n_first, extra=-extra)
verdict(
    [
        {
            "claim": _("management institutions lag behind"),
            "finding": lagging,
            "confidence": _("low: a model with assumed times"),
            "missing": _("days per case, by the number of departments"),
        },
        {
            "claim": _("the campaign of 2023 made services more effective"),
            "finding": _("open: it ran nationwide, so nothing is left to compare with, and our sources print no days before and after. Even by lot, 32 provinces only show an effect above {least:.2f} days of {mean:.1f}").format(least=noise, mean=before_reform),
            "confidence": _("high that it is open; the bound is a model's"),
            "missing": _("a staged start, and days per case before and after"),
        },
        {
            "claim": _("those that were behind have caught up"),
            "finding": catching_up,
            "confidence": _("high: published lists regress in both directions too")
            if luck > 0
            else _("low: published lists regress in both directions, so luck is in them"),
            "missing": _("how the first were chosen"),
        },
    ]
)  # fmt: skip

# %% tags=["results"]
record(
    cross_cases=cross_cases,
    cross_days=cross_days,
    mean_days=[overall[arrangement].mean() for arrangement in arrangements],
    effect=effect,
    effect_interval=[gain.quantile(0.05), gain.quantile(0.95)],
    two_departments=[table.loc[2, a] if 2 in table.index else 0.0 for a in arrangements.values()],
    later=later,
    earlier=earlier,
    spread=spread,
    kept=kept.mean(),
    extra=extra,
    by_hand=by_hand,
    regression=regression,
    standard_errors=list(standard_error.values()),
    bias=bias.tolist(),
    error=error.tolist(),
    found=found,
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
