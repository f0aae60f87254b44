# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# In the assessment of 2023, the article says, the governments of 17 regions reached “very high”.
# In the edition of 2017 it had been three.
#
# Which seventeen, and how much better than the eighteenth?
# And if the same regions were assessed once more the next morning, would the same seventeen come out?

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask for a show of hands: does 17 mean more than half of the regions, a group of leaders, or a mark on a scale?
# Write the three answers on the board; each section of the lesson strikes or keeps one.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import league_tables

begin("06", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
claimed = int(claims.loc["C21", "value"])
table = load("province_capability")
regions = table[table["record"] == "province"]
levels = table[table["record"] == "level_count"]
counts = levels.pivot(index="edition", columns="level", values="n_units").astype(float)
units = int(counts.loc[2020].sum())

# %% tags=["check"]
assert claimed == 17, _("the claim has another count")
assert claims.loc["C21", ["as_of", "qualifier", "metric"]].tolist() == ["2023", "exact", "very_high_regions"]
assert counts.loc[2017, "very_high"] == 3, _("the count of 2017 has changed")

# %% [markdown]
# ## Seventeen of how many, and which?
#
# The assessment covers 31 provinces and the Xinjiang Production and Construction Corps: 32 units.
# Each edition judges the year before its own.
# Here is all that our sources print, edition by edition; nobody but the article prints the 17.
# **Predict:** an edition that counts its very high regions, does it also name them?

# %%
printed = regions.groupby("edition").agg(
    named=("code", "size"), ranked=("rank", "count"), scored=("score", "count")
)
headings = {
    "named": _("regions named"),
    "ranked": _("with a rank"),
    "scored": _("with a score"),
    "very_high": _("counted very high"),
    "high": _("high"),
    "medium": _("medium"),
}
overview = printed.join(counts)[list(headings)].astype("Int64").astype(object)
overview.where(overview.notna(), "–").rename(columns=headings).rename_axis(_("edition"))

# %%
here = regions[regions["edition"] == edition].set_index("code")
counted = counts["very_high"].get(edition)
named_top = int((here["level"] == "very_high").sum())
say(
    _("Edition of {edition}: {counted:.0f} units are counted as very high; our sources name {named} of them.")
    if edition in counts.index
    else _("Edition of {edition}: our sources name {listed} regions in order, but neither levels nor scores."),
    edition=edition, counted=counted, named=named_top, listed=len(here),
)  # fmt: skip

# %%
words = {
    "named": _("named, no level printed"),
    "medium": _("medium"),
    "high": _("high"),
    "very_high": _("very high"),
}
provinces = load("provinces")
status = here["level"].fillna("named").map(words)
known = pd.Categorical(provinces["code"].map(status), categories=list(words.values()), ordered=True)
tiles = provinces.assign(known=known)
on_map = tiles.loc[tiles["code"] != "000000", "known"]

# %%
show(
    charts.tile_grid(
        tiles,
        value="known",
        title=_("What our sources say of each region, edition of {edition} (grey: nothing)").format(edition=edition),
        legend=_("level"),
    ),
    description=_(
        "Tile-grid map of the 31 provinces by level in the edition of {edition}. Sources name {named} "
        "provinces, {top} of them as very high; about the other {rest} they say nothing, and those tiles are grey. "
        "The Corps has no tile."
    ).format(
        edition=edition, named=on_map.notna().sum(), top=(on_map == words["very_high"]).sum(), rest=on_map.isna().sum()
    ),
    table=tiles.loc[tiles["known"].notna(), ["name", "known"]].set_axis([_("region"), _("level")], axis="columns"),
    source=[table, provinces],
)  # fmt: skip

# %% [markdown]
# The report of 2022 names six leaders, and only of Guangdong does it say the level itself; for the other five we infer it.
# The article names six of its 17: the same six, in the same order.
# That is the order in which official lists put the provinces, not the order of their scores, so both texts may be right; but the names tell us nothing new about 2023.

# %% tags=["check"]
# Beijing, Shanghai, Jiangsu, Zhejiang, Guangdong, Guizhou
named_in_article = ["110000", "310000", "320000", "330000", "440000", "520000"]
leaders = regions[regions["edition"] == 2022]
assert leaders["code"].tolist() == named_in_article, _("the report of 2022 names others")
assert leaders["code"].is_monotonic_increasing, _("the report of 2022 has another order")
assert (regions["edition"] - regions["data_year"]).eq(1).all(), _("an edition judges another year")
as_noted = load("province_capability", lang="en").query("edition == 2022 and record == 'province'")["notes"]
assert as_noted.str.contains("for Guangdong stated, for the others implied").all(), _("the note has changed")

# %% [markdown]
# Now the counts, in their order.
# The report of 2021 prints the number of 2020 once more, with the same words: perhaps a new count, perhaps the old one.

# %%
sure = {"printed": _("printed"), "repeated": _("the same number again"), "claimed": _("only in the article")}
top = counts["very_high"].dropna().rename("units").reset_index()
top["status"] = np.where(top["units"].diff() == 0, "repeated", "printed")
article = pd.DataFrame({"edition": [2023], "units": [claimed], "status": ["claimed"]})
top = pd.concat([top, article], ignore_index=True)
top["status"] = top["status"].map(sure)

# %%
years = alt.X("edition:O", title=_("edition"), scale=alt.Scale(domain=list(range(2017, 2024))))
colours = alt.Scale(domain=list(sure.values()), range=[charts.TONES[0], charts.TONES[2], charts.TONES[1]])
bars = alt.Chart(top).encode(
    x=years, y=alt.Y("units:Q", title=_("units"), scale=alt.Scale(domain=[0, units]))
)
columns = bars.mark_bar(size=44, **charts.OUTLINE).encode(
    color=alt.Color("status:N", title=_("the count is"), scale=colours)
)
numbers = bars.mark_text(dy=-9, fontSize=14, fontWeight="bold").encode(text="units:Q")
gaps = pd.DataFrame({"edition": [year for year in range(2017, 2024) if year not in set(top["edition"])]})
none = (
    alt.Chart(gaps)
    .mark_text(color=charts.SOFT_INK)
    .encode(x=years, y=alt.datum(1.2), text=alt.value(_("none")))
)

# %%
show(
    (columns + numbers + none).properties(
        width=460, height=230, title=_("Units that are very high, of {units}").format(units=units)
    ),
    description=_(
        "Bar chart of the number of very high units by edition, 2017 to 2023: {list}. No count is known for "
        "2018 and 2019. The last bar stands only in the article."
    ).format(list=_(", ").join(f"{count:.0f}" for count in top["units"])),
    table=top.set_axis([_("edition"), _("units"), _("the count is")], axis="columns"),
    source=[table, claims],
)

# %% tags=["check"]
assert units == 32 == (provinces["code"] != "000000").sum() + 1, _("the number of units has changed")
assert counts["very_high"].dropna().tolist() == [3, 8, 8, 16], _("the counts have changed")
assert not table["edition"].eq(2023).any(), _("there is a source for 2023 now: use it")
assert set(range(2017, 2023)) - set(counts.index) == {2018, 2019}, _("counts are missing in other editions")

# %% [markdown]
# **Try it:** set `edition` to 2020, the only one whose map is full, then to 2018.

# %% [markdown] tags=["instructor"]
# In 2021 two regions claim the first place, each in its own press release; ask how both can be right (a tie, or two lists).
# Names reach the press from the top of a list, counts from its summary: what the middle of the table did, no reader of the news can know.
# In 2017 “named, no level printed” is a top ten: ranks without levels.

# %% [markdown]
# ## What lies behind a level?
#
# Only the edition of 2020 comes with scores.
# Above 90 points is very high, 80 to 90 high, below that medium; `threshold` moves both bounds.
#
# **Predict:** which gap is wider, between the first and the last of the top level, or between the last of it and the first of the next?

# %%
league = league_tables.published_scores(table)
league["name"] = league["name"].where(league.index != "XPCC", _("the Corps"))
scores = league["score"]
bounds = [threshold - 10, threshold]
league["level"] = np.searchsorted(bounds, scores)
above, below = scores[scores > threshold], scores[scores <= threshold]

# %%
say(
    _("Above {threshold:g} points: {n} of {units}. From the first of them to the last it is {inside:.2f} points, from the last to {next} {step:.2f}."),
    threshold=threshold, n=len(above), units=units, inside=above.max() - above.min(),
    step=above.min() - below.max(), next=league["name"][below.idxmax()],
)  # fmt: skip

# %%
level_names = [_("medium"), _("high"), _("very high")]
league["level_name"] = league["level"].map(dict(enumerate(level_names)))
hues = alt.Scale(domain=level_names, range=[charts.ORDINAL[0], charts.ORDINAL[2], charts.ORDINAL[4]])
forms = alt.Scale(domain=level_names, range=["circle", "square", "diamond"])
span = alt.Scale(domain=[65, 100], zero=False)
row = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelFontSize=11))
dots = alt.Chart(league).mark_point(size=90, opacity=1).encode(
    y=row,
    x=alt.X("score:Q", title=_("score, points"), scale=span),
    color=alt.Color("level_name:N", title=_("level"), scale=hues),
    shape=alt.Shape("level_name:N", title=_("level"), scale=forms),
    tooltip=["name:N", "score:Q", "rank:Q"],
)  # fmt: skip

# %%
lines = (
    alt.Chart(pd.DataFrame({"bound": bounds}))
    .mark_rule(strokeDash=[4, 3])
    .encode(x=alt.X("bound:Q", scale=span))
)

# %%
show(
    (lines + dots).properties(width=400, height=alt.Step(14), title=_("Scores of the edition of 2020")),
    description=_(
        "Dot plot of the scores of {units} units in the edition of 2020, highest first, with dashed lines at "
        "{low:g} and {high:g} points. {top} units lie above both; {near} lie within two points of one of the lines."
    ).format(
        units=units, low=bounds[0], high=bounds[1], top=len(above),
        near=sum(min(abs(score - bound) for bound in bounds) <= 2 for score in scores),
    ),
    table=league[["name", "score", "level_name"]].set_axis([_("unit"), _("points"), _("level")], axis="columns"),
    source=table,
)  # fmt: skip

# %% [markdown]
# Two rows deserve distrust.
# Anhui with 90.82 points stands before Fujian with 91.11: a rank or a score is misprinted.
# And the Corps has a rank but no score; by its rank the score lies between 75.28 and 75.95, and we put it halfway.
#
# At 90 neither changes a level.
# At another threshold, they might.

# %% tags=["check"]
source_rows = regions[regions["edition"] == 2020].set_index("code")
anhui, fujian, corps = "340000", "350000", "XPCC"
assert source_rows.loc[[anhui, fujian], "score"].tolist() == [90.82, 91.11], _("the scores have changed")
assert source_rows["rank"][anhui] < source_rows["rank"][fujian], _("the ranks agree with the scores now")
assert pd.isna(source_rows["score"][corps]), _("the Corps has a score now")
around = scores[source_rows.index[source_rows["rank"].sub(source_rows["rank"][corps]).abs() == 1]]
assert sorted(around) == [75.28, 75.95] and min(around) < scores[corps] < max(around)
assert (scores > 90).sum() == counts.loc[2020, "very_high"], _("count and scores contradict each other")
assert (scores < 80).sum() == counts.loc[2020, "medium"], _("count and scores contradict each other")

# %% [markdown]
# *About 20 minutes to here.*
#
# ## What does a doubled count say?
#
# From the edition of 2020 to that of 2022 the count doubled, from 8 to 16.
# Suppose that everyone gained the same number of points, and the threshold stayed.
# **Predict:** draw the count against the points gained, before you move the slider.

# %%
crossing = (threshold - below).sort_values()
waits = crossing.diff()
steady = pd.DataFrame({"gain": np.arange(0, 120.5) / 10})
steady["above"] = [int((scores + gain > threshold).sum()) for gain in steady["gain"]]
within_one = [crossing.between(start, start + 1).sum() for start in crossing]

# %%
answers = {True: _("above the threshold"), False: _("not above it")}
slider = alt.binding_range(min=0, max=12, step=0.1, name=_("points gained by everyone: "))
gain = alt.param(name="gain", value=0, bind=slider)
groups = provinces.set_index("code")["region_group"].reindex(scores.index).fillna("West")
group_names = provinces.attrs["categories"]["region_group"]
moving = alt.Chart(league.assign(group=groups.map(group_names))).transform_calculate(
    now="min(datum.score + gain, 100)",
    status=f"datum.score + gain > {threshold} ? {answers[True]!r} : {answers[False]!r}",
)

# %%
points = moving.mark_point(size=110, opacity=0.75).encode(
    x=alt.X("now:Q", title=_("score, points (nobody gets more than 100)"), scale=span),
    y=alt.Y("group:N", title=None),
    color=alt.Color("status:N", title=_("unit"), scale=alt.Scale(domain=list(answers.values()), range=[charts.HIGHLIGHT, charts.CATEGORY[0]])),
    shape=alt.Shape("status:N", title=_("unit"), scale=alt.Scale(domain=list(answers.values()), range=["diamond", "circle"])),
    tooltip=["name:N", alt.Tooltip("now:Q", format=".2f")],
)  # fmt: skip
bar = (
    alt.Chart(pd.DataFrame({"x": [threshold]}))
    .mark_rule(strokeDash=[4, 3])
    .encode(x=alt.X("x:Q", scale=span))
)

# %%
axis = alt.X("gain:Q", title=_("points gained by everyone"), scale=alt.Scale(domain=[0, 12]))
curve = alt.Chart(steady).mark_line(interpolate="step-after").encode(
    x=axis, y=alt.Y("above:Q", title=_("units above"), scale=alt.Scale(domain=[0, units]))
)  # fmt: skip
here_now = alt.Chart(steady).transform_filter("abs(datum.gain - gain) < 0.01")
dot = here_now.mark_point(size=150, color=charts.HIGHLIGHT, opacity=1).encode(x=axis, y="above:Q")
text = here_now.mark_text(dy=-16, fontSize=16, fontWeight="bold").encode(x=axis, y="above:Q", text="above:Q")

# %%
show(
    alt.vconcat(
        (bar + points).properties(width=430, height=130),
        (curve + dot + text).properties(width=430, height=150),
    )
    .add_params(gain)
    .properties(title=_("Everyone gains the same; the count jumps and waits")),
    description=_(
        "Two panels with a slider for the points that everyone gains. Above, the scores of {units} units by "
        "region group, and the threshold of {threshold:g}. Below, a step curve of the units above it: from {start} "
        "with no gain to {end} with twelve points, with steps of very different length."
    ).format(units=units, threshold=threshold, start=steady["above"].iloc[0], end=steady["above"].iloc[-1]),
    table=steady.iloc[::10].set_axis([_("points gained"), _("units above")], axis="columns"),
    source=table,
    synthetic=_("the gain is assumed, the same for everyone; the scores are those printed"),
)

# %%
say(
    _("Between {wait_from:.2f} and {wait_to:.2f} points nobody crosses the threshold; within one point, from {rush:.2f} on, {k} units do."),
    wait_from=crossing[waits.idxmax()] - waits.max(), wait_to=crossing[waits.idxmax()],
    rush=crossing.iloc[int(np.argmax(within_one))], k=max(within_one),
)  # fmt: skip

# %% [markdown]
# So a count of levels says little about the pace of progress: it listens only to the few near the threshold.
#
# The edition of 2022 prints three counts: 16 above 90, 12 between, 4 below 80.
# **Predict:** is there a gain, the same for everyone, that produces all three from the scores of 2020?

# %%
low_bound, high_bound = (
    levels.set_index("level").loc[name, "score_above"].dropna().iloc[0] for name in ("high", "very_high")
)
for_top = league_tables.gains_for(scores, int(counts.loc[2022, "very_high"]), high_bound)
for_bottom = league_tables.gains_for(scores, units - int(counts.loc[2022, "medium"]), low_bound)
say(
    _("{top} very high needs a gain of {a.low:.2f} to {a.high:.2f} points; only {medium} medium needs {b.low:.2f} to {b.high:.2f}. {conclusion}"),
    top=int(counts.loc[2022, "very_high"]), medium=int(counts.loc[2022, "medium"]), a=for_top, b=for_bottom,
    conclusion=_("One gain can do both.") if for_top.overlaps(for_bottom) else _("No single gain does both: the regions did not all gain alike."),
)  # fmt: skip

# %% [markdown]
# There is another 17 in our sources.
# The report of 2017 says that 17 units lay above the *mean*, then 77.70 points.
# **Predict:** if everyone gains five points, how many units lie above the mean?

# %%
above_mean = int((scores > scores.mean()).sum())
raised = scores + 5
say(
    _("In 2020 {n} units lie above the mean of {mean:.2f}. After five points for everyone: {again}."),
    n=above_mean, mean=scores.mean(), again=int((raised > raised.mean()).sum()),
)  # fmt: skip

# %% [markdown]
# A threshold that moves with the mean measures *position*: somebody is always below it.
# A fixed one measures *level*: in the end everybody is above it, and then it says nothing any more.
# One number, two meanings; ask every “17 of 32” which one it is.

# %% tags=["check"]
first = load("province_capability", lang="en").query("record == 'level_count' and edition == 2017")
assert "32 units; mean index 77.70; 17 units above the mean" in first["notes"].item(), _(
    "the note has changed"
)
assert counts.loc[[2020, 2022], "very_high"].tolist() == [8, 16], _("the count did not double")
assert counts.loc[2022].reindex(["very_high", "high", "medium"]).tolist() == [16, 12, 4]
assert (low_bound, high_bound) == (80, 90), _("the levels have other bounds")
assert not for_top.overlaps(for_bottom), _("one gain fits the edition of 2022 now")

# %% [markdown] tags=["instructor"]
# Let somebody go through the step curve aloud: what would the press have written at each point?
# The flat part is a year of work without news; the steep part is news without work.
# Ask who has an interest in a region at 89 points, and what that region will do with its last effort: thresholds move effort, too.

# %% [markdown]
# *About 40 minutes to here.*
#
# ## Would the same regions come out again?
#
# With scores of two editions we could correlate them; we have one.
# But three editions print, or imply, a list of the first ten.
# **Predict:** how many of the ten of 2017 are among the ten of 2018?
# And how many would be if every list was drawn by lot?

# %%
places = 10
lists = {
    year: set(regions[regions["edition"] == year].nsmallest(places, "rank")["code"])
    for year in (2017, 2018, 2020)
}
pairs = [(2017, 2018), (2018, 2020), (2017, 2020)]
stayed = {pair: len(lists[pair[0]] & lists[pair[1]]) for pair in pairs}
say(
    _("Of the first ten of 2017, {a} are among those of 2018. From 2018 to 2020 {b} stay, from 2017 to 2020 {c}. By lot it would be {lot:.1f} on average."),
    a=stayed[2017, 2018], b=stayed[2018, 2020], c=stayed[2017, 2020], lot=places**2 / units,
)  # fmt: skip

# %% [markdown]
# How strongly must two editions be correlated for that?
# The model draws pairs of editions with a given correlation and counts who is in both lists.

# %%
rng = np.random.default_rng(seed)
correlations = np.linspace(0, 1, 41)
shared = [league_tables.shared_places(r, units, places, n_draws, rng) for r in correlations]
low, middle, high = np.quantile(shared, [0.05, 0.5, 0.95], axis=1)
overlap = pd.DataFrame(
    {"correlation": correlations, "low": low, "mean": np.mean(shared, axis=1), "high": high}
)
one_year = stayed[2017, 2018]
fits = overlap[(overlap["low"] <= one_year) & (one_year <= overlap["high"])]["correlation"]

# %% [markdown]
# Now from a correlation to points.
# If nothing real changes between two editions, the correlation is the *reliability*, the share of the variance that is not noise:
#
# $$ r = 1 - \frac{\sigma_{noise}^2}{\sigma_{score}^2} $$

# %%
assumed = league_tables.reliability(scores, noise_sd)
noise_from, noise_to = (scores.std() * np.sqrt(1 - r) for r in (fits.max(), fits.min()))
say(
    _("{one_year} of {places} in a year is unsurprising for correlations from {low:.2f} to {high:.2f}. If all change was noise, that is a noise of {a:.1f} to {b:.1f} points. The lesson assumes {noise:g} points, a correlation of {r:.2f}: {judged}."),
    one_year=one_year, places=places, low=fits.min(), high=fits.max(), a=noise_from, b=noise_to, noise=noise_sd, r=assumed,
    judged=_("enough to explain the lists without any real change") if noise_from <= noise_sd <= noise_to
    else _("too little to explain the lists without real change") if noise_sd < noise_from
    else _("more than the lists allow"),
)  # fmt: skip

# %%
band = alt.Chart(overlap).encode(x=alt.X("correlation:Q", title=_("correlation of two editions")))
area = band.mark_area(opacity=0.25).encode(y=alt.Y("low:Q", title=_("in both lists of ten")), y2="high:Q")
average = band.mark_line().encode(y="mean:Q")
seen = pd.DataFrame({"years": [f"{a} → {b}" for a, b in pairs], "stayed": list(stayed.values())})
across = alt.Chart(seen).encode(y="stayed:Q")
rules = across.mark_rule(color=charts.HIGHLIGHT)
labels = across.mark_text(align="left", dx=4, dy=-8, color=charts.HIGHLIGHT).encode(
    x=alt.value(0), text="years:N"
)
chosen = alt.Chart(pd.DataFrame({"r": [assumed]})).mark_rule(strokeDash=[4, 3]).encode(x="r:Q")

# %%
show(
    (area + average + rules + labels + chosen).properties(
        width=430,
        height=250,
        title=alt.Title(
            _("Who stays in a list of ten, by the correlation of two editions"),
            subtitle=_("line and band: mean and nine of ten draws; dashed: the correlation assumed here"),
        ),
    ),
    description=_(
        "Line chart with a band: how many of the first ten are in both of two simulated editions, mean and "
        "90 percent of draws, against their correlation, rising from {lot:.1f} to 10. Horizontal lines mark what the "
        "lists of three pairs of editions show; a dashed line stands at the assumed correlation of {r:.2f}."
    ).format(lot=overlap["mean"].iloc[0], r=assumed),
    table=overlap.iloc[::4].round(2).set_axis(
        [_("correlation"), _("5 % of draws"), _("mean"), _("95 % of draws")], axis="columns"
    ),
    source=table,
    synthetic=_("pairs of editions drawn from a normal distribution; the lines are the printed lists"),
)  # fmt: skip

# %% [markdown]
# The upper end is a *ceiling* of the noise; the lower end is no floor, since regions really change as well, and so did the indicators from edition to edition.
# Lists of ten cannot tell the two apart.
# An assessor who scored some regions twice could.

# %% tags=["check"]
assert list(stayed.values()) == [7, 8, 6], _("the lists of the first ten have changed")
assert all(len(members) == places for members in lists.values()), _("a list is not of ten")
assert lists[2020] == set(scores.index[:places]), _("ranks and scores give different lists")

# %% [markdown]
# ## How many regions change level if nobody changes?
#
# A printed score is a true one plus noise, so a high score is, on average, partly luck.
# The true score to be expected lies nearer to the mean:
#
# $$ E[t \mid x] = \bar{x} + r\,(x - \bar{x}) $$
#
# We draw true scores around it, add fresh noise, and hold the levels against the printed ones.
# **Predict:** of the 32 units, how many change level, though no true score moves?

# %%
truths = league_tables.plausible_truths(scores, noise_sd, n_draws, rng)
again = truths + rng.normal(scale=noise_sd, size=truths.shape)
changed = (np.searchsorted(bounds, again) != league["level"].to_numpy()).sum(axis=1)
is_above = again > threshold
count_again = is_above.sum(axis=1)
was_above = (scores > threshold).to_numpy()
dropped = (~is_above & was_above).sum(axis=1)
entered = (is_above & ~was_above).sum(axis=1)

# %%
changed_low, changed_high = np.quantile(changed, [0.05, 0.95])
again_low, again_high = np.quantile(count_again, [0.05, 0.95])
say(
    _("On average {mean:.1f} of {units} units change level, in nine of ten draws {low:.0f} to {high:.0f}. Above the threshold there were {n}: {dropped:.1f} drop out and {entered:.1f} come in, which leaves {count:.1f} ({again_low:.0f} to {again_high:.0f}).")
    if noise_sd > 0
    else _("Without noise nobody changes level: {n} units stay above the threshold in every draw."),
    mean=changed.mean(), units=units, low=changed_low, high=changed_high, n=int(was_above.sum()),
    dropped=dropped.mean(), entered=entered.mean(), count=count_again.mean(), again_low=again_low, again_high=again_high,
)  # fmt: skip

# %%
drawn = {_("units that change level"): changed, _("units above the threshold"): count_again}
shares = pd.concat(
    pd.Series(values)
    .value_counts(normalize=True)
    .rename_axis("n")
    .rename("share")
    .reset_index()
    .assign(what=what)
    for what, values in drawn.items()
)
printed_first = pd.DataFrame({"what": list(drawn), "n": [0, int(was_above.sum())]})

# %%
base = alt.Chart().encode(
    x=alt.X("n:Q", title=_("units"), scale=alt.Scale(domain=[-0.5, units + 0.5], nice=False))
)
histogram = base.mark_bar(size=7).encode(
    y=alt.Y("share:Q", title=_("share of draws"), axis=alt.Axis(format="%"))
)
markers = base.transform_filter("datum.printed").mark_rule(
    strokeDash=[4, 3], color=charts.HIGHLIGHT, strokeWidth=2
)
joined = pd.concat([shares, printed_first.assign(printed=True)])
layers = alt.layer(histogram.transform_filter("!datum.printed"), markers, data=joined)
panels = layers.properties(width=430, height=110).facet(
    row=alt.Row("what:N", title=None, sort=list(drawn), header=alt.Header(labelAnchor="start", orient="top"))
)

# %%
show(
    panels.properties(
        title=alt.Title(
            _("A second assessment on which nothing real has changed"), subtitle=_("dashed: the scores as printed")
        )
    ),
    description=_(
        "Two histograms over {draws:,} simulated repetitions with a noise of {noise:g} points: units that change "
        "level, {mean:.1f} on average, and units above the threshold, {count:.1f} on average. Dashed lines mark "
        "what the printed edition would give: none, and {n}."
    ).format(draws=n_draws, noise=noise_sd, mean=changed.mean(), count=count_again.mean(), n=int(was_above.sum())),
    table=pd.DataFrame({what: pd.Series(values).describe().drop(["count", "25%", "75%"]) for what, values in drawn.items()})
    .set_axis([_("mean"), _("standard deviation"), _("lowest"), _("median"), _("highest")])
    .rename_axis(_("over the draws")).round(2).reset_index(),
    source=table,
    synthetic=_("true scores and noise drawn at random around the scores printed for 2020"),
)  # fmt: skip

# %% [markdown]
# That the best fall and the worst rise without any change is *regression to the mean*.
# It works in every league table that is made twice, and the next report explains it with reforms.
#
# A rank is more fragile than a level.
# **Predict:** in nine of ten draws, between which ranks lies a unit from the middle of the table?

# %%
rank_again = league_tables.ranks(again)
rank_low, rank_high = np.quantile(rank_again, [0.05, 0.95], axis=0, method="nearest")
positions = league.assign(low=rank_low, high=rank_high, place=np.arange(1, units + 1))
first_place = pd.Series((rank_again == 1).mean(axis=0), index=scores.index)
halfway = positions.iloc[units // 2 - 1]
say(
    _("{name}, number {place}, comes out between {low:.0f} and {high:.0f}. {leader} keeps the first place in {share:.0%} of the draws."),
    name=halfway["name"], place=halfway["place"], low=halfway["low"], high=halfway["high"],
    leader=league["name"].iloc[0], share=first_place.iloc[0],
)  # fmt: skip

# %%
spans = alt.Chart(positions).encode(y=row)
x_rank = alt.X("low:Q", title=_("rank"), scale=alt.Scale(domain=[0, units + 1], nice=False))
ranges = spans.mark_rule(strokeWidth=6, opacity=0.45, color=charts.CATEGORY[0]).encode(x=x_rank, x2="high:Q")
place = spans.mark_point(size=60, opacity=1, color="black").encode(x="place:Q")

# %%
show(
    (ranges + place).properties(
        width=400,
        height=alt.Step(14),
        title=alt.Title(
            _("The rank by score, and what it may be next time"),
            subtitle=_("point: by the printed score; bar: nine of ten draws"),
        ),
    ),
    description=_(
        "Range chart of {units} units: a point for the rank by printed score, a bar for the middle 90 percent of "
        "ranks over the draws, with a noise of {noise:g} points. The bars are {width:.0f} ranks wide on average."
    ).format(units=units, noise=noise_sd, width=(rank_high - rank_low).mean()),
    table=positions[["name", "place", "low", "high"]].set_axis(
        [_("unit"), _("rank by score"), _("5 % of draws"), _("95 % of draws")], axis="columns"
    ),
    source=table,
    synthetic=_("true scores and noise drawn at random around the scores printed for 2020"),
)  # fmt: skip

# %% [markdown]
# **Try it:** set `noise_sd` to 1, so that most of the change in the lists was real, and look for a unit that is sure of its rank.

# %% [markdown] tags=["instructor"]
# Do one unit by hand: 91.90 points, mean about 83.9, reliability 0.8 gives an expected true score of about 90.3.
# Students object that the noise is assumed; they are right, and the lists give only its ceiling.
# Let them repeat the lesson with 1 and with 5 points and say which conclusions survive both.
# The mean count falls in most settings near 90, because more units sit just above it than a bell curve has there.

# %% [markdown]
# *About 65 minutes to here.*
#
# ## Does the region group know more than the score?
#
# Jiangsu and Guizhou have the same score, 91.90, and the same level.
# But Jiangsu lies in a group where very high is common, Guizhou in one where it is not.
# **Predict:** for which of the two would you bet on the same level next time?

# %%
groups = provinces.set_index("code")["region_group"].reindex(scores.index).fillna("West")
rates = (
    league.assign(group=groups, top=was_above)
    .groupby("group")
    .agg(units=("top", "size"), above=("top", "sum"), mean=("score", "mean"))
)
rates["share"] = (100 * rates["above"] / rates["units"]).round(1)
rates.rename(index=group_names)[["units", "above", "share", "mean"]].round(2).rename_axis(
    _("region group")
).set_axis([_("units"), _("above the threshold"), _("percent"), _("mean score")], axis="columns")

# %% [markdown]
# The Corps is counted with Xinjiang, in the West.
# Now pull every score towards the mean of its *group*, instead of the mean of all, and draw again.

# %%
truths_by_group = league_tables.plausible_truths(scores, noise_sd, n_draws, rng, groups)
again_by_group = truths_by_group + rng.normal(scale=noise_sd, size=truths.shape)
chances = pd.DataFrame(
    {"all": is_above.mean(axis=0), "group": (again_by_group > threshold).mean(axis=0)}, index=scores.index
)
jiangsu, guizhou = "320000", "520000"
say(
    _("Chance of a score above {threshold:g} next time. Judged by all units: Jiangsu {ja:.0%}, Guizhou {ga:.0%}. Judged by their groups: Jiangsu {jg:.0%}, Guizhou {gg:.0%}. With {draws:,} draws each figure is good to about {error:.1f} percentage points; nothing else can part the first two, since the scores are equal."),
    threshold=threshold, ja=chances["all"][jiangsu], ga=chances["all"][guizhou],
    jg=chances["group"][jiangsu], gg=chances["group"][guizhou], draws=n_draws, error=100 / np.sqrt(n_draws),
)  # fmt: skip

# %%
judged = {"all": _("by all units"), "group": _("by its region group")}
members = chances[groups == region_group].join(league[["name", "score"]])
both = members.melt(["name", "score"], var_name="reference", value_name="chance")
both["reference"] = both["reference"].map(judged)
order = list(members["name"])
line = alt.Chart(members).mark_rule(strokeWidth=3, color=charts.MUTED).encode(
    y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelPadding=10)), x="all:Q", x2="group:Q"
)  # fmt: skip
judge = {"title": _("judged"), "scale": alt.Scale(domain=list(judged.values()))}
ends = alt.Chart(both).mark_point(size=110, opacity=1).encode(
    y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelPadding=10)),
    x=alt.X("chance:Q", title=_("chance of a score above the threshold"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
    color=alt.Color("reference:N", **judge), shape=alt.Shape("reference:N", **judge),
    tooltip=["name:N", "score:Q", alt.Tooltip("chance:Q", format=".0%")],
)  # fmt: skip

# %%
group_name = group_names[region_group]
show(
    (line + ends).properties(
        width=400, height=alt.Step(22), title=_("The same scores, two references: {group}").format(group=group_name)
    ),
    description=_(
        "Dumbbell chart for the {n} units of the group {group}: the chance of a score above {threshold:g} next time, "
        "judged by all units and judged by the group. On average it is {all:.0%} and {own:.0%}."
    ).format(
        n=len(members), group=group_name, threshold=threshold, all=members["all"].mean(), own=members["group"].mean()
    ),
    table=(100 * members.set_index("name")[["all", "group"]]).round(1).rename_axis(_("unit")).set_axis(
        [_("by all units, %"), _("by its region group, %")], axis="columns"
    ).reset_index(),
    source=[table, provinces],
    synthetic=_("true scores and noise drawn at random around the scores printed for 2020"),
)  # fmt: skip

# %% [markdown]
# The group is a *base rate*: it helps when we know nothing else.
# Of Guizhou we know more: second in 2017, third in 2018, third again in 2020, named as leading in 2022.
# Four editions speak louder than a group; a base rate that ignores them is prejudice with decimals.

# %% tags=["check"]
assert scores[[jiangsu, guizhou]].tolist() == [91.9, 91.9], _("the two scores differ now")
assert groups[[jiangsu, guizhou]].tolist() == ["East", "West"], _("the region groups have changed")
history = regions[regions["code"] == guizhou].set_index("edition")
assert history.loc[[2017, 2018, 2020], "rank"].tolist() == [2, 3, 3], _("Guizhou has other ranks")
assert history.loc[2022, "level"] == "very_high", _("Guizhou is not named in 2022 any more")
assert rates.loc["East", "mean"] > rates.loc["West", "mean"], _("the East is not ahead of the West")

# %% [markdown]
# ## Is 17 more than 16?
#
# The last count that a source prints is 16, half of all units.
# Raise everyone's true score until half lie above the threshold on average, then assess twice.
# **Predict:** how often does the count differ between two assessments of the same regions?

# %%
half = counts.loc[2022, "very_high"] / units
lift = threshold - np.quantile(again, 1 - half)
first_time, second_time = (
    truths + lift + rng.normal(scale=noise_sd, size=truths.shape) > threshold for _time in range(2)
)
difference = second_time.sum(axis=1) - first_time.sum(axis=1)
moved = (second_time != first_time).sum(axis=1)
rise = int(claimed - counts.loc[2022, "very_high"])

# %%
say(
    _("The count differs in {differs:.0%} of the draws, and rises by {rise} or more in {rises:.0%}. Behind a difference of {size:.1f} units on average, {moved:.1f} units change sides.")
    if noise_sd > 0
    else _("Without noise it never differs, and any rise would be real."),
    differs=(difference != 0).mean(), rise=rise, rises=(difference >= rise).mean(),
    size=np.abs(difference).mean(), moved=moved.mean(),
)  # fmt: skip

# %%
by_size = (
    pd.Series(difference)
    .value_counts(normalize=True)
    .sort_index()
    .rename_axis("difference")
    .rename("share")
    .reset_index()
)
kinds = {True: _("as in the article, or more"), False: _("less")}
by_size["kind"] = (by_size["difference"] >= rise).map(kinds)
chart = alt.Chart(by_size).mark_bar(size=13, **charts.OUTLINE).encode(
    x=alt.X("difference:Q", title=_("units above, second assessment minus first"), scale=alt.Scale(domain=[-14, 14])),
    y=alt.Y("share:Q", title=_("share of draws"), axis=alt.Axis(format="%")),
    color=alt.Color("kind:N", title=_("the count rises"), scale=alt.Scale(domain=list(kinds.values()), range=[charts.HIGHLIGHT, charts.TONES[2]])),
    tooltip=["difference:Q", alt.Tooltip("share:Q", format=".1%")],
)  # fmt: skip

# %%
show(
    chart.properties(width=430, height=200, title=_("Two assessments of the same regions")),
    description=_(
        "Histogram of the difference in the number of units above the threshold between two simulated assessments "
        "in which no true score changes, with a noise of {noise:g} points. {zero:.0%} of the draws show no difference; "
        "{rises:.0%} show a rise as large as from 16 to 17, or larger."
    ).format(noise=noise_sd, zero=(difference == 0).mean(), rises=(difference >= rise).mean()),
    table=by_size.assign(share=(100 * by_size["share"]).round(1)).set_axis(
        [_("difference"), _("draws, %"), _("the count rises")], axis="columns"
    ),
    source=[table, claims],
    synthetic=_("scores of 2020, raised until half the units lie above the threshold; truth and noise drawn at random"),
)  # fmt: skip

# %% tags=["check"]
assert counts.loc[2022, "very_high"] == 16 == units / 2, _("the last printed count is not half")
assert rise == 1, _("the claim is not one more than the last printed count")

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “17 instead of 16, so one more region has arrived”
#
# A count of levels is a balance: some come in, some drop out, and only the difference is printed.
# It has no names, no scores and no margin.
# A rise by one fits progress, standstill and even decline; a rise from 3 to 16 needs more than chance, or a changed yardstick.

# %% tags=["check"]
assert counts.loc[[2017, 2022], "very_high"].tolist() == [3, 16], _("the counts have changed")

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
as_printed = threshold == high_bound
verdict(
    [
        {
            "claim": _("{claimed} of {units} are “very high” in 2023").format(claimed=claimed, units=units),
            "finding": _("fits the counts {list} before it; no second source prints it").format(
                list=_(", ").join(f"{count:.0f}" for count in counts["very_high"].dropna())
            ),
            "confidence": _("moderate: plausible, not confirmed"),
            "missing": _("the report of 2023, with names and scores"),
        },
        {
            "claim": _("one more than the year before"),
            "finding": _("with a noise of {noise:g} points a rise of that size or more comes by chance in {rises:.0%} of draws").format(
                noise=noise_sd, rises=(difference >= rise).mean()
            ),
            "confidence": _("low for any single number: the noise is assumed, the lists only limit it")
            if as_printed
            else _("low, and this is not the threshold of the assessment"),
            "missing": _("the same regions scored twice, or two editions with scores"),
        },
        {
            "claim": _("those regions are ahead"),
            "finding": _("they are above a fixed mark, which everyone can pass; in 2020 the mark of {threshold:g} parted neighbours {gap:.2f} points apart").format(
                threshold=threshold, gap=above.min() - below.max()
            ),
            "confidence": _("high: arithmetic on the printed scores"),
            "missing": _("scores of any later edition"),
        },
    ]
)  # fmt: skip

# %% tags=["results"]
record(
    claimed=claimed,
    printed_counts=counts["very_high"].dropna().astype(int).tolist(),
    named_top=named_top,
    mean_score=scores.mean(),
    sd_score=scores.std(),
    score_sum_above=above.sum(),
    above=len(above),
    gap=above.min() - below.max(),
    above_mean=above_mean,
    longest_wait=waits.max(),
    most_within_one=int(max(within_one)),
    gain_for_top=[for_top.low, for_top.high],
    gain_for_bottom=[for_bottom.low, for_bottom.high],
    stayed=list(stayed.values()),
    fitting_correlations=[fits.min(), fits.max()],
    reliability=assumed,
    changed_mean=changed.mean(),
    changed_range=[changed_low, changed_high],
    count_again=count_again.mean(),
    dropped_and_entered=[dropped.mean(), entered.mean()],
    rank_width=(rank_high - rank_low).mean(),
    first_place=first_place.iloc[0],
    rates=rates["share"].tolist(),
    chances_of_twins=chances.loc[[jiangsu, guizhou]].to_numpy().ravel(),
    count_differs=(difference != 0).mean(),
    rises_by_chance=(difference >= rise).mean(),
    moved=moved.mean(),
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
