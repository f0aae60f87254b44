# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# The article wants public services that are *ubiquitous*: there for everybody, everywhere.
# The country is thirty-one provinces, and nobody lives in their mean.
#
# This lesson is a report on one of them.
# It says what is known, how sure it is, and what is missing; run it again, and it is a report on another.

# %% [markdown] tags=["instructor"]
# Give each student a province, and let them run the lesson for it before the class.
# Two students with neighbouring provinces make a pair; the last section is what they bring to the table.
# All the briefs of both editions come from one command: `course run 19 --each province --each lang`.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import capability_gap, fifteen_minutes, league_tables, province_brief

begin("19", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
provinces, capability = load("provinces"), load("province_capability")
series, internet = load("platform_series"), load("internet")
code = load("provinces", lang="en").set_index("name")["code"][province]
here = provinces.set_index("code").loc[code]
name = here["name"]

# %% [markdown]
# ## Who lives there?
#
# Six figures: five are published, or one division away from a published figure, and one, the share in towns, rests in a few provinces on some of their prefectures only.
# **Predict:** in how many of the six is your province among the first five or the last five?

# %%
figures = province_brief.indicators(provinces)
labels = {
    "residents": _("residents, 2022"),
    "change": _("change of residents, 2020 to 2024, %"),
    "density": _("residents per km²"),
    "urban": _("share in towns, 2020, %"),
    "aged": _("aged 65 and over, 2020, %"),
    "output": _("output a head, 2022, yuan"),
}
places = {key: province_brief.standing(figures[key], code) for key in labels}
table = pd.DataFrame(
    {
        "figure": labels.values(),
        "value": figures.loc[code, list(labels)].to_numpy(),
        "rank": [
            _("no figure") if p is None else _("{rank} of {n}").format(rank=p[0], n=p[1])
            for p in places.values()
        ],
    }
)
table.assign(
    value=[f"{v:,.0f}" if abs(v) >= 1000 else f"{v:,.1f}" if v == v else "–" for v in table["value"]]
).set_axis([_("figure"), name, _("rank, largest first")], axis="columns")

# %%
extreme = sum(p is not None and (p[0] <= 5 or p[0] > p[1] - 5) for p in places.values())
urban_basis = fifteen_minutes.calibration(provinces).loc[code, "basis"]
notes = {
    "own": _("Its share in towns is its own."),
    "partial": _("Its share in towns rests on only some of its prefectures."),
    "borrowed": _("Our sources have no share in towns for it, so it has no place in that row."),
}
say(
    _("{name} is among the first or last five in {n} of {all} figures. {note}"),
    name=name, n=extreme, all=sum(p is not None for p in places.values()), note=notes[urban_basis],
)  # fmt: skip

# %%
ranked = figures.rank(ascending=False, method="min")
strip = ranked.rename_axis("code").reset_index().melt("code", list(labels), "figure", "rank").dropna()
strip["province"] = strip["code"].map(provinces.set_index("code")["name"])
strip["figure"] = strip["figure"].map(labels)
names = sorted(provinces.loc[provinces["code"] != province_brief.NATION, "name"])
other = next(n for n in names if n != name)
choice = alt.binding_select(options=names, name=_("compare with: "))
second = alt.param(name="second", value=other, bind=choice)

# %%
row = alt.Chart(strip).encode(
    y=alt.Y("figure:N", sort=list(labels.values()), title=None, axis=alt.Axis(labelLimit=260)),
    x=alt.X("rank:Q", title=_("rank, largest first"), scale=alt.Scale(domain=[0.5, 31.5], nice=False), axis=alt.Axis(values=[1, 5, 10, 15, 20, 25, 31])),
    tooltip=["province:N", "rank:Q"],
)  # fmt: skip
all_others = row.mark_tick(color=charts.MUTED, thickness=1.5, size=14)

# %%
both = [name, _("the other")]
key = {"title": None, "legend": alt.Legend(labelExpr=f"datum.label == '{both[1]}' ? second : datum.label")}
inks = alt.Scale(domain=both, range=[charts.HIGHLIGHT, charts.CATEGORY[0]])
signs = alt.Scale(domain=both, range=["circle", "diamond"])
pair = row.transform_filter(f"datum.code == '{code}' || datum.province == second").transform_calculate(
    who=f"datum.code == '{code}' ? '{both[0]}' : '{both[1]}'"
)
pair = pair.mark_point(size=130, filled=True, opacity=1).encode(
    color=alt.Color("who:N", scale=inks, **key), shape=alt.Shape("who:N", scale=signs, **key)
)

# %%
show(
    (all_others + pair).add_params(second).properties(width=420, height=alt.Step(30), title=_("{name} among the provinces").format(name=name)),
    description=_("Strip chart of the rank of {name} in six figures among the provinces, as a dot, and of a second province to choose, as a diamond. Ranks of {name}: {ranks}.").format(
        name=name, ranks=_("; ").join(_("{figure}: {rank}").format(figure=row.figure, rank=row.rank) for row in table.itertuples())
    ),
    table=table.assign(value=table["value"].round(1)).set_axis([_("figure"), name, _("rank, largest first")], axis="columns"),
    source=provinces,
)  # fmt: skip

# %% [markdown]
# **Try it:** choose another province in the list under the chart, and look for one that is like yours in people and unlike it in output.

# %% tags=["check"]
assert len(figures) == claims.loc["C10", "value"] == 31, _("there are other provinces")
assert set(figures.columns) == set(labels) and len(labels) == 6, _("there are other figures")
assert figures.notna().sum().drop("urban").eq(31).all(), _("another figure is missing")

# %% [markdown]
# *About 15 minutes to here.*
#
# ## How were its services assessed?
#
# The assessment of online services has an edition a year; our sources print the scores of a single one, that of 2020.
# In the edition of 2022 they print one level, that of Guangdong; those of the five others named are inferred from “leading”.
# **Predict:** if the assessment of 2020 were repeated with the noise that lesson 06 assumes, between which ranks would your province come out?

# %%
said = province_brief.assessments(capability, code)
level_names = capability.attrs["categories"]["level"]
shown = said.assign(
    level=said["level"].map(level_names), named=said["named"].map({True: _("yes"), False: _("no")})
)
shown[["named", "level", "rank", "score"]].astype(object).where(lambda t: t.notna(), "–").set_axis(
    [_("named by our sources"), _("level"), _("rank"), _("score")], axis="columns"
).rename_axis(_("edition"))

# %%
scores = league_tables.published_scores(capability)
rng = np.random.default_rng(seed)
noise_sd = 3  # points, as in lesson 06
truths = league_tables.plausible_truths(scores["score"], noise_sd, 2000, rng)
again = league_tables.ranks(truths + rng.normal(0, noise_sd, size=truths.shape))[
    :, scores.index.get_loc(code)
]

# %%
low, high = np.quantile(again, [0.05, 0.95], method="nearest").astype(int)
say(
    _("In 2020 {name} scored {score:.2f} points, rank {rank} in print. Repeated with a noise of {noise} points, nine results in ten lie between rank {low} and rank {high}. Our sources name it in {named} of {editions} editions."),
    name=name, score=scores.loc[code, "score"], rank=int(scores.loc[code, "rank"]), low=low, high=high, noise=noise_sd,
    named=int(said["named"].sum()), editions=len(said),
)  # fmt: skip

# %%
dots = scores.reset_index().assign(ours=lambda t: t["code"] == code)
line = alt.Chart(dots).encode(
    x=alt.X("score:Q", title=_("score of 2020, points"), scale=alt.Scale(zero=False))
)
every = line.mark_tick(size=26, thickness=2).encode(
    color=alt.condition("datum.ours", alt.value(charts.HIGHLIGHT), alt.value(charts.MUTED)),
    tooltip=["name:N", "score:Q", "rank:Q"],
)
mark = (
    line.transform_filter("datum.ours")
    .mark_text(dy=-24, fontWeight="bold", color=charts.HIGHLIGHT)
    .encode(text="name:N")
)
limits = pd.DataFrame({"score": [80, 90], "text": [_("high from 80"), _("very high from 90")]})
bounds = alt.Chart(limits).mark_rule(strokeDash=[4, 3]).encode(x="score:Q")
words = alt.Chart(limits).mark_text(align="left", dx=4, dy=24, fontSize=11).encode(x="score:Q", text="text:N")

# %%
show(
    (bounds + words + every + mark).properties(width=440, height=70, title=_("Where {name} stood in 2020").format(name=name)),
    description=_("Strip chart of the scores of 32 units in 2020, from {least:.1f} to {most:.1f}, with {name} at {score:.2f} and the bounds of two levels at 80 and 90.").format(
        least=scores["score"].min(), most=scores["score"].max(), name=name, score=scores.loc[code, "score"]
    ),
    table=dots[["name", "score", "rank"]].set_axis([_("unit"), _("score"), _("rank in print")], axis="columns"),
    source=capability,
)  # fmt: skip

# %% tags=["check"]
assert scores.loc[code, "printed"], _("the score is not printed")
assert len(scores) == 32 and claims.loc["C21", "value"] == 17, _("the assessment has changed")
in_2022 = capability[capability["edition"].eq(2022) & capability["code"].notna()]
assert len(in_2022) == 6 and "440000" in in_2022["code"].tolist(), _("2022 names others")
assert 1 <= low <= high <= 32, _("a rank is impossible")

# %% [markdown] tags=["instructor"]
# Ask for the sentence that a press office would write from the printed rank, and for the one that the interval allows.
# Provinces in the crowded middle move most; so does the temptation to explain the move.

# %% [markdown]
# ## Who would be left without a counter?
#
# Lesson 17 fitted four groups to national figures; with the ages and the towns of a province they give the share who could not do it by themselves.
# That is a *model*, and it knows nothing else about the province.
# **Predict:** is your province above or below the middle of the others?

# %%
need = 100 * province_brief.need(provinces, internet)
draws = capability_gap.draw_assumptions(60, seed)
drawn = province_brief.need_in_draws(provinces, internet, draws)
band = (100 * drawn.quantile([0.05, 0.95])).T.set_axis(["low", "high"], axis="columns")
band = band.assign(need=need, name=provinces.set_index("code")["name"]).dropna().sort_values("need")
band["ours"] = band.index == code

# %%
place = province_brief.standing(need, code)
say(
    _("No figure: the model needs the share in towns, and our sources have none for {name}. We leave the place empty.")
    if place is None
    else _("Of the residents of {name}, {need:.0f} % could not do it by themselves ({low:.0f} to {high:.0f} % over the assumptions): place {rank} of {n}, largest first.{note}"),
    name=name, need=need[code], low=band["low"].get(code, np.nan), high=band["high"].get(code, np.nan),
    rank=place and place[0], n=place and place[1], note=_(" {note}").format(note=notes["partial"]) if urban_basis == "partial" else "",
)  # fmt: skip

# %%
ranges = alt.Chart(band).encode(
    y=alt.Y("name:N", sort=list(band["name"]), title=None, axis=alt.Axis(labelFontSize=10)),
    color=alt.condition("datum.ours", alt.value(charts.HIGHLIGHT), alt.value(charts.CATEGORY[0])),
)
bars = ranges.mark_rule(strokeWidth=3, opacity=0.6).encode(
    x=alt.X("low:Q", title=_("percent of residents who cannot do it alone"), scale=alt.Scale(zero=False)),
    x2="high:Q",
)
middles = ranges.mark_point(size=45, filled=True, opacity=1).encode(
    x="need:Q", tooltip=["name:N", alt.Tooltip("need:Q", format=".1f")]
)

# %%
show(
    (bars + middles).properties(width=380, height=alt.Step(14), title=_("Who cannot do it alone, and how sure the model is")),
    description=_("Range chart of the modelled percent of residents who cannot use an online service alone in {n} provinces, from {least:.0f} to {most:.0f}, each with the 5th to 95th percentile of 60 draws of the assumptions; {here}.").format(
        n=len(band), least=band["need"].min(), most=band["need"].max(),
        here=(_("{name} has no figure and is left out") if place is None else _("{name} is highlighted")).format(name=name),
    ),
    table=band[["name", "need", "low", "high"]].round(1).set_axis([_("province"), _("percent"), _("5th percentile"), _("95th percentile")], axis="columns"),
    source=[internet, provinces],
    synthetic=_("groups fitted to national figures; 60 draws of how much older villages are and how many users manage"),
)  # fmt: skip

# %% [markdown]
# The bands overlap almost everywhere.
# **Predict:** so is the order of the provinces a matter of luck?

# %%
order = drawn.rank(axis="columns", ascending=False)
moves = (order.max() - order.min()).dropna()
still = int((moves == 0).sum())
say(
    _("In all {draws} draws, {still} of {n} provinces keep one and the same place: our draws hold for the whole country and move all of them alike. Then a band says how sure a *figure* is, not how sure a *difference*. Where provinces differ in what we do not know, their order is open too."),
    draws=len(drawn), still=still, n=len(moves),
)  # fmt: skip

# %% tags=["check"]
assert len(band) == need.notna().sum() == 30, _("another province has no figure")
assert (band["high"] - band["low"]).median() > band["need"].std(), _("the bands are narrow now")
assert still > len(moves) / 3, _("the assumptions change the order now")

# %% [markdown]
# *About 35 minutes to here.*
#
# ## How many service points would reach everywhere?
#
# The claim of fifteen minutes names four regions.
# On a road that is a third longer than the straight line, at 40 kilometres an hour, fifteen minutes reach 7.6 kilometres.
# **Predict:** how many such discs does it take, at the very least, to leave no place of your province outside?

# %%
least_points = province_brief.points_to_cover(float(here["area_km2"]), 15, 40, 1.32)
each = figures.loc[code, "residents"] / least_points
named = province in claims.loc["C16", "scope"].split(";")
say(
    _("At least about {n:,} points to reach every *place*, with {each:,.0f} residents each on average. The claim {names} {name}; how many points there are, nobody printed. People cluster, so fewer points reach most of them: see lesson 14."),
    n=least_points, each=each, name=name, names=_("names") if named else _("does not name"),
)  # fmt: skip

# %% tags=["check"]
assert claims.loc["C16", "scope"] == "Heilongjiang;Guizhou;Qinghai;Ningxia", _(
    "the claim names other regions"
)
assert round(40 * 15 / 60 / 1.32, 1) == 7.6, _("the reach is another")

# %% [markdown]
# ## What did nobody tell us?
#
# A brief is as good as its list of gaps.
# Twelve things that a brief would need, and whether our sources have them.
# **Predict:** for how many provinces do they have the share of people online?

# %%
have = province_brief.known(provinces, capability, series)
topics = {
    "residents": _("residents, year by year"),
    "area": _("area"),
    "aged": _("people aged 65 and over"),
    "urban": _("share in towns"),
    "capability_2020": _("score of its services, 2020"),
    "capability_2022": _("level of its services, 2022"),
    "users": _("users of its own platform"),
    "services": _("services on its own platform"),
    "hotline": _("calls to its hotline, and what became of them"),
    "visits": _("share of cases with at most one visit"),
    "online": _("share of people online"),
    "counters": _("counters open and closed"),
}
gaps = pd.DataFrame(
    {
        "topic": topics.values(),
        "provinces": have[list(topics)].sum().to_numpy(),
        "here": have.loc[code, list(topics)].to_numpy(),
    }
)
missing = list(gaps.loc[~gaps["here"], "topic"])
say(
    _("For {name}, {n} of {all} are known. Missing: {list}."),
    name=name, n=int(gaps["here"].sum()), all=len(gaps), list=_("; ").join(missing) or _("nothing"),
)  # fmt: skip

# %%
gaps["state"] = gaps["here"].map({True: _("known here"), False: _("not known here")})
states = [_("known here"), _("not known here")]
base = alt.Chart(gaps).encode(
    y=alt.Y("topic:N", sort=None, title=None, axis=alt.Axis(labelLimit=300)),
    x=alt.X("provinces:Q", title=_("provinces for which our sources have it, of 31"), scale=alt.Scale(domain=[0, 34], nice=False)),
)  # fmt: skip
columns = base.mark_bar(height=14, **charts.OUTLINE).encode(
    color=alt.Color(
        "state:N", title=name, scale=alt.Scale(domain=states, range=[charts.TONES[0], charts.TONES[2]])
    )
)
numbers = base.mark_text(align="left", dx=4).encode(text="provinces:Q")

# %%
show(
    (columns + numbers).properties(width=330, height=alt.Step(22), title=_("What our sources know, and about how many")),
    description=_("Bar chart of the number of provinces, of 31, for which our sources have each of {n} topics; colour says whether {name} is among them. {full} topics are known for all, {none} for none.").format(
        n=len(gaps), name=name, full=int((gaps["provinces"] == 31).sum()), none=int((gaps["provinces"] == 0).sum())
    ),
    table=gaps[["topic", "provinces", "state"]].set_axis([_("topic"), _("provinces"), name], axis="columns"),
    source=[provinces, capability, series],
)  # fmt: skip

# %% [markdown]
# What a census counts is known everywhere.
# What a *service* does is known where somebody was proud of it: the provinces that print figures are the ones that lead the tables.
# Missing is not zero, and it is not the mean of the others.

# %% tags=["check"]
assert have.shape == (31, 12), _("there are other topics")
assert have["online"].sum() == have["counters"].sum() == 0, _("the share online is known now")
leading = set(capability.loc[capability["level"] == "very_high", "code"])
assert set(have.index[have["users"]]) <= leading, _(
    "a province that prints its users has never been at the top level"
)

# %% [markdown] tags=["instructor"]
# Let the pairs compare their grey bars: which of them would a citizen ask for first?
# Ask who would have to publish it, and what they would risk.

# %% [markdown]
# ## The brief

# %%
claimed_here = [
    c
    for c in claims.index
    if claims.loc[c, "scope"] == province or province in str(claims.loc[c, "scope"]).split(";")
]
say(
    _("**People.** {residents:count} residents in 2022, {change:+.1f} % from 2020 to 2024; {aged:.1f} % were aged 65 and over in 2020."),
    residents=figures.loc[code, "residents"], change=figures.loc[code, "change"], aged=figures.loc[code, "aged"],
)  # fmt: skip
since = [str(edition) for edition in said.index[said["named"]] if edition > 2020]
since += [_("2023 (by the article)")] if code in province_brief.NAMED_BY_THE_ARTICLE else []
say(
    _("**Services.** Score of {score:.2f} in 2020, rank {low} to {high} with a noise of {noise} points; no score since in our sources. Named in later editions: {since}."),
    score=scores.loc[code, "score"], low=low, high=high, noise=noise_sd, since=_(", ").join(since) or _("none"),
)  # fmt: skip
say(
    _("**Claims.** Claims of the article about it in particular: {n}{which}. **Gaps.** Of {all} things that a brief needs, {missing} are not known, among them the share of people online."),
    n=len(claimed_here), which=_(" ({list})").format(list=_(", ").join(claimed_here)) if claimed_here else "", missing=len(missing), all=len(gaps),
)  # fmt: skip

# %% tags=["check"]
assert topics["online"] in missing, _("the share online is known now")
latest = capability[(capability["record"] == "province") & (capability["edition"] == 2022)]
assert set(latest["code"]) == province_brief.NAMED_BY_THE_ARTICLE, _("the article names other provinces")

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “no figure, so no problem”
#
# A report with every cell filled looks finished, and one with gaps looks careless.
# It is the other way round: filling a gap with the mean of the others turns “we do not know” into “as usual”.
# Those who print least are then described by those who print most.

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("services are ubiquitous in {name}").format(name=name),
            "finding": _("cannot be tested: {n} of {all} things are missing").format(n=len(missing), all=len(gaps)),
            "confidence": _("high that the sources do not say"),
            "missing": _("; ").join(missing),
        },
        {
            "claim": _("rank {rank} of 2020").format(rank=int(scores.loc[code, "rank"])),
            "finding": _("rank {low} to {high} if a noise of {noise} points is allowed").format(low=low, high=high, noise=noise_sd),
            "confidence": _("medium: the noise is assumed"),
            "missing": _("a repeated assessment, and any score after 2020"),
        },
        {
            "claim": _("who cannot do it alone"),
            "finding": _("not computed: the share in towns is missing") if place is None else _("{low:.0f} to {high:.0f} % of residents, by the model").format(low=band.loc[code, "low"], high=band.loc[code, "high"]),
            "confidence": {
                "own": _("low: only ages and towns are the province's own"),
                "partial": _("low: ages are its own, and towns those of some of its prefectures"),
                "borrowed": _("high that it cannot be computed"),
            }[urban_basis],
            "missing": _("share online by age, in the province") if place else _("share in towns, and share online by age"),
        },
    ]
)  # fmt: skip

# %% tags=["results"]
record(
    code=code,
    residents=figures.loc[code, "residents"],
    change=figures.loc[code, "change"],
    extreme=int(extreme),
    score=scores.loc[code, "score"],
    rank_low=int(low),
    rank_high=int(high),
    editions_named=int(said["named"].sum()),
    need=None if place is None else need[code],
    need_rank=None if place is None else place[0],
    points=least_points,
    claims_here=claimed_here,
    known=int(gaps["here"].sum()),
    missing=len(missing),
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
