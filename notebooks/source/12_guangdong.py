# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# In 2023 the article praised the mobile platform Yueshengshi: 2170 services, 90 electronic certificates, nearly 150 million users.
# The province that it serves has about 127 million residents, infants included.
#
# Who are the others?
# And since nobody printed a date beside the three figures: when were they true?

# %% [markdown] tags=["instructor"]
# Ten minutes.
# Collect explanations on the board before any code runs, and let the class vote on each: possible alone, or not?
# Keep the list; the third section settles it line by line.
# Nobody will ask about the date; don't give it away.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.escape import Markdown
from digigov.models import guangdong
from digigov.quantities import Interval, format_count, rounding_interval

begin("12", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
series = load("platform_series")
provinces = load("provinces").set_index("code")
residents = 10_000 * provinces.loc["440000"].filter(regex=r"^pop_\d{4}").astype(int)
residents.index = residents.index.str[4:8].astype(int)
residents.map("{:,}".format).to_frame(_("residents of Guangdong")).rename_axis(_("end of"))

# %% tags=["check"]
ours = claims.loc[["C13", "C14", "C15"]]
assert ours["value"].tolist() == [2170, 90, 150e6], _("the article's figures have changed")
assert ours["as_of"].eq("2023").all() and ours["qualifier"].tolist() == ["exact", "exact", "nearly"]
assert {round(residents[year] / 1e6) for year in (2021, 2022, 2023)} == {127}, _("the residents have changed")

# %% [markdown]
# ## Is there a year in which users and residents fit?
#
# “Nearly 150 million”, as lesson 01 usually reads it, begins at 140 million.
# Here we read it more strictly, as a number that rounds to 150 million from below: 145 million to 150 million; the wider reading leads to the same answers.
# **Predict:** what changes the number of users per resident more, the vagueness of “nearly”, or the year whose residents you divide by?

# %%
printed = claims.loc["C15", "value"]
users = Interval(rounding_interval(printed, unit=10e6).low, printed)
ratios = pd.DataFrame({_("lowest"): users.low / residents, _("highest"): users.high / residents}).round(3)
ratios.rename_axis(index=_("residents at the end of"), columns=_("users per resident"))

# %%
base = residents[resident_base]
by_year = users.high / residents.min() - users.high / residents.max()
say(
    _(
        "“Nearly” is worth {by_word:.3f} users per resident, the choice of the year {by_year:.3f}. Neither "
        "explains the surplus: with the residents of {year} there are at least {least:.3f} users for each."
    ),
    by_word=users.width / base,
    by_year=by_year,
    least=users.low / base,
    year=resident_base,
)

# %% tags=["check"]
assert users == Interval(145e6, 150e6)
assert residents.max() < users.low, _("in some year there were as many residents as users")

# %% [markdown]
# ## When were the figures true?
#
# Other reports about the same platform carry a date.
# **Predict:** where in this table do 2170 services and 90 kinds of certificate belong?

# %%
words = {"exact": "{}", "over": _("over {}"), "nearly": _("nearly {}")}
metrics = {
    "services": _("services"),
    "e_licences": _("kinds of certificate"),
    "registered_users": _("registered users"),
    "real_name_users": _("real-name users"),
}

# %%
app = series[series["entity"] == "yueshengshi"].copy()
app["date"] = pd.to_datetime(app["period"]) + pd.offsets.MonthEnd(0)
app["printed"] = [words[row.qualifier].format(format_count(row.value)) for row in app.itertuples()]
dated = app[app["metric"].isin(metrics)]
overview = dated.pivot(index="period", columns="metric", values="printed")[list(metrics)].fillna("")
overview.rename(columns=metrics).rename_axis(index=_("date"), columns=None)

# %% [markdown]
# Both belong between December 2020 and May 2022.
# Suppose that each number grew steadily from the one date to the other, and ask when it passed the value in the article.

# %%
known = app.pivot(index="date", columns="metric", values="value")
start, end = pd.Timestamp("2020-12-31"), pd.Timestamp("2022-05-31")
claimed = pd.Series({"services": claims.loc["C13", "value"], "e_licences": claims.loc["C14", "value"]})
before, after = known.loc[start, claimed.index], known.loc[end, claimed.index]
progress = (claimed - before) / (after - before)
passed = start + progress * (end - start)
lowest = rounding_interval(after["services"], unit=100).low  # of what “nearly 2500” can mean
latest_pass = start + (claimed - before)["services"] / (lowest - before["services"]) * (end - start)

# %%
month = 365.25 / 12
say(
    _(
        "Steady growth passes the services in {services:%Y-%m} and the certificates in {certificates:%Y-%m}: "
        "the two dates are {days} days apart ({more} if “nearly 2500” was {lowest:.0f}), and about {months:.0f} "
        "months before 2023."
    ),
    services=passed["services"],
    certificates=passed["e_licences"],
    days=abs(passed["services"] - passed["e_licences"]).days,
    more=abs(latest_pass - passed["e_licences"]).days,
    lowest=lowest,
    months=(pd.Timestamp("2023-01-01") - passed.max()).days / month,
)

# %% [markdown]
# What if growth was not steady?
# *Early* means that half of the time brings 71 % of the growth, *late* that it brings 25 %.

# %%
shapes = {_("early"): 0.5, _("steady"): 1.0, _("late"): 2.0}
by_shape = {name: start + progress ** (1 / shape) * (end - start) for name, shape in shapes.items()}
by_shape = pd.DataFrame(by_shape).rename(index=metrics)
by_shape.apply(lambda dates: dates.dt.strftime("%Y-%m")).rename_axis(_("passed, if growth was"))

# %% [markdown]
# The month moves, the interval stays.
# If neither number ever fell, both figures were out of date when the article appeared.
# In which month they were right is an assumption about growth.

# %% tags=["check"]
assert before.tolist() == [1632, 87], _("the figures of December 2020 have changed")
assert after.tolist() == [2500, 92], _("the figures of May 2022 have changed")
assert progress.between(0, 1).all(), _("a claimed figure lies outside its neighbours")
assert [round(100 * 0.5**shape) for shape in (0.5, 2)] == [71, 25]

# %% [markdown]
# Now the third figure, the users.
# **Predict:** does it point to the same month?

# %%
anchors = dated[dated["metric"].str.endswith("_users")].set_index("date")["value"].sort_index()
days = np.interp(printed, anchors, (anchors.index - start).days)
users_passed = start + pd.Timedelta(days=days)
say(
    _("Steady growth passes {users:count} users in {date:%Y-%m}, {months:.0f} months after the other two."),
    users=printed,
    date=users_passed,
    months=(users_passed - passed.max()).days / month,
)

# %% [markdown]
# One picture of all that: what the reports printed, and where the figures of the article fall.

# %% tags=["hide"]
panels = {"services": _("services"), "e_licences": _("kinds of certificate"), "users": _("users")}
kind_of_user = {"registered_users": _("registered"), "real_name_users": _("real-name")}
reports = dated.assign(of="report", panel=dated["metric"].replace(dict.fromkeys(kind_of_user, "users")))
reports = reports.assign(label=reports["printed"], kind=reports["metric"].map(kind_of_user).fillna(""))
found = pd.DataFrame({"panel": list(panels), "date": [*passed, users_passed], "value": [*claimed, printed]})
found["label"] = found["date"].dt.strftime("%Y-%m")
marks = pd.concat([reports, found.assign(of="article")])
marks["panel"] = marks["panel"].map(panels)

# %% tags=["hide"]
span = alt.Scale(domain=["2018-01-01", "2024-12-31"])
chart = alt.Chart(marks).encode(
    x=alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"), scale=span),
    y=alt.Y("value:Q", axis=charts.count_axis(tickCount=3), scale=alt.Scale(nice=3)),
)
report = chart.transform_filter("datum.of == 'report'")
article = chart.transform_filter("datum.of == 'article'")

# %% tags=["hide"]
new_year = chart.mark_rule(color=charts.MUTED, opacity=0.3).encode(
    x=alt.datum(alt.DateTime(year=2023)), y=alt.value(0), y2=alt.value(105)
)
line = report.mark_line(color=charts.MUTED, strokeDash=[4, 3])
dots = report.mark_point(size=80, opacity=1)
labels = report.mark_text(align="right", dx=-9, dy=-7).encode(text="label:N")
users_of = report.mark_text(align="left", dx=9, dy=10).encode(text="kind:N")
diamonds = article.mark_point(shape="diamond", size=170, color=charts.HIGHLIGHT, opacity=1)
dates = article.mark_text(align="left", dx=18, dy=11, color=charts.HIGHLIGHT, fontWeight="bold")
dates = dates.encode(text="label:N")
panel = (new_year + line + dots + labels + users_of + diamonds + dates).properties(width=540, height=105)
header = alt.Header(labelAnchor="start", orient="top")

# %%
show(
    panel.facet(row=alt.Row("panel:N", title=None, sort=list(panels.values()), header=header))
    .resolve_scale(y="independent")
    .properties(title=_("The article's figures (diamonds) had been passed before 2023")),
    description=_(
        "Three line charts over time, 2018 to 2023: services, kinds of certificate and users of the "
        "platform as dated reports print them. A diamond marks where each line passes the figure of the "
        "article: {services:%Y-%m}, {certificates:%Y-%m} and {users:%Y-%m}, all before 2023, where a line stands."
    ).format(services=passed["services"], certificates=passed["e_licences"], users=users_passed),
    table=dated[["period", "metric", "printed"]]
    .replace({"metric": metrics})
    .set_axis([_("date"), _("figure"), _("as printed")], axis="columns"),
    source=[series, claims],
)

# %% [markdown]
# The third date deserves the least trust: its line starts at *registered* users, more than the 100 million printed, and ends at *real-name* users.
# Nor do three figures in one sentence have to be of one date.
#
# *About 30 minutes to here.*

# %% tags=["check"]
assert anchors["2021-02-28"] == 100e6, _("the registered users of February 2021 have changed")
assert end < users_passed < pd.Timestamp("2023-01-01"), _("the users point to another year")

# %% [markdown] tags=["instructor"]
# Let someone defend the year 2023: the article may count only *high-frequency* services, a word that it does print.
# It is a fair defence of 2170; it does not help the certificates, of which 92 kinds had been printed before.
# Two figures with one date are weak evidence that they come from one report; ask what would be strong evidence.

# %% [markdown]
# ## What would each explanation have to supply?
#
# Take the latest figure, 184 million real-name users in December 2023: one newspaper prints it, with its date, and the surplus is larger.
# Every number of users is made up of the same parts:
#
# $$ U = a \cdot (p \cdot R + N) $$
#
# $U$ are the users and $R$ the residents; $a$ is accounts per person, $p$ the share of residents with an account, and $N$ the persons with an account who are not residents.
# **Predict:** which explanations does this identity refute?

# %%
latest = dated[dated["metric"] == "real_name_users"].sort_values("date").iloc[-1]
nation = 10_000 * provinces.loc["000000", f"pop_{resident_base}_10k"]
needs = guangdong.explanations(
    Interval(latest["value"], latest["value"]),
    base,
    other_bases=residents,
    rest_of_country=nation - base,
    years=(latest["date"] - app["date"].min()).days / 365.25,
)

# %% tags=["hide"]
explanation = {
    "every_resident": _("every resident has an account, infants too"),
    "another_base": _("the residents of another year were meant"),
    "second_accounts": _("residents have second accounts"),
    "non_residents": _("people who live elsewhere have one"),
    "former_residents": _("people who left are still counted"),
}
it_takes = {
    "every_resident": _("{:.1f} % of the residents with one"),
    "another_base": _("{:.1f} % of them with one"),
    "second_accounts": _("{:.1f} % of the residents with a second one"),
    "non_residents": _("{:.1f} % of the rest of mainland China"),
    "former_residents": _("{:.1f} % of the residents replaced each year"),
}

# %%
pd.DataFrame(
    {
        _("alone, it would take"): [
            it_takes[name].format(100 * need) for name, need in needs["needs_low"].items()
        ],
        _("so it is"): needs["refuted"].map({True: _("refuted"), False: _("possible")}).to_numpy(),
    },
    index=pd.Index(needs.index.map(explanation), name=_("explanation")),
)

# %%
others = guangdong.non_residents_needed(latest["value"], base)
say(
    _(
        "Arithmetic refutes {refuted} of {n}. With one account each, at least {others:count.2} users are not "
        "residents, {share:.1f} % of all, even if every infant has an account."
    ),
    refuted=int(needs["refuted"].sum()),
    n=len(needs),
    others=others,
    share=100 * others / latest["value"],
)

# %% [markdown]
# An account for every infant is a bound, not a guess.
# How many residents of Guangdong use the internet our sources do not say; in the whole country it was 75.6 % at the end of 2022.

# %%
penetration = provinces.loc["000000", "internet_penetration_2022_pct"]
at_penetration = guangdong.non_residents_needed(latest["value"], base, penetration / 100)
say(
    _(
        "If as many residents as that have an account, {others:count.2} users are not residents, "
        "{share:.0f} % of all. Without those, each resident with an account would need {accounts:.2f} accounts."
    ),
    others=at_penetration,
    share=100 * at_penetration / latest["value"],
    accounts=100 * latest["value"] / (base * penetration),
)

# %%
figures = {_("December 2023, 184 million"): latest["value"], _("article, 150 million"): printed}
grid = pd.DataFrame(
    {
        "figure": name,
        "users": count,
        "residents": base,
        "adoption": adoption,
        "others": guangdong.non_residents_needed(count, base, adoption / 100),
    }
    for name, count in figures.items()
    for adoption in range(101)
)

# %%
slider = alt.binding_range(min=1, max=2, step=0.05, name=_("accounts per person:"))
accounts = alt.param(name="accounts", value=1, bind=slider)
colours = alt.Scale(domain=list(figures), range=[charts.HIGHLIGHT, charts.MUTED])
dashes = alt.Scale(domain=list(figures))
needed = "max(0, datum.users / accounts - datum.adoption / 100 * datum.residents)"
lines = alt.Chart(grid).transform_calculate(needed=needed).mark_line(strokeWidth=3)
lines = lines.encode(
    x=alt.X("adoption:Q", title=_("residents with an account, percent")),
    y=alt.Y(
        "needed:Q",
        axis=charts.count_axis(_("users who are not residents")),
        scale=alt.Scale(domain=[0, 200e6]),
    ),
    color=alt.Color("figure:N", title=_("users printed"), scale=colours),
    strokeDash=alt.StrokeDash("figure:N", title=_("users printed"), scale=dashes),
)

# %% tags=["hide"]
internet = pd.DataFrame({"adoption": [penetration], "text": [_("internet users, whole country")]})
at_share = alt.Chart(internet).encode(x="adoption:Q").mark_rule(strokeDash=[2, 3])
name = at_share.mark_text(align="right", dx=-6).encode(y=alt.datum(190e6), text="text:N")

# %%
show(
    (lines + at_share + name)
    .add_params(accounts)
    .properties(width=440, height=240, title=_("Every point of a line fits the printed figure")),
    description=_(
        "Line chart of the users who are not residents, as two printed numbers of users require, against "
        "the share of residents who have an account. Both lines fall; with one account a person the line of "
        "December 2023 ends at {others} and never reaches zero. A slider sets the accounts per person."
    ).format(others=format_count(others, 0)),
    table=grid[grid["adoption"] % 20 == 0]
    .pivot(index="adoption", columns="figure", values="others")[list(figures)]
    .rename_axis(index=_("residents with an account, percent"), columns=None)
    .reset_index(),
    source=[series, claims, provinces],
)

# %% [markdown]
# One figure, three unknowns: it refutes some worlds and cannot choose among the others.
#
# **Try it:** move the slider until the line of December 2023 reaches zero at the right: so many accounts would every single resident need.

# %% tags=["check"]
assert (latest["value"], latest["period"]) == (184e6, "2023-12"), _("the latest number of users has changed")
assert latest["value"] > users.high, _("the surplus has not grown")
assert penetration == 75.6, _("the national internet penetration has changed")
assert known.loc[end, "epidemic_services"] == 73, _("the number of epidemic services has changed")
assert needs["refuted"].tolist() == [True, True, False, False, False]

# %% [markdown] tags=["instructor"]
# Second accounts should not exist where one identity document opens one account; that is a rule, not an observation.
# A hint that is in the data: in May 2022 the app held 73 services for the epidemic, which a visitor needed as much as a resident.
# Slider: about 1.45 accounts each.

# %% [markdown]
# ## Is it only Guangdong?
#
# Shanghai has about 25 million residents.
# **Predict:** how many users for every 100 residents does its platform have, and how many does the national one?

# %%
kinds = {
    "real_name_users": _("real-name users"),
    "registered_users": _("registered users"),
    "monthly_active_users": _("active in a month"),
    "users": _("users, kind not said"),
}
places = {
    "yueshengshi": "440000",
    "shanghai_one_stop": "310000",
    "suishenban": "310000",
    "national_integrated_platform": "000000",
}

# %%
counted = series[series["metric"].isin(kinds) & series["entity"].isin(places)]
# The national figures of spring 2020 contradict each other: lesson 03.
counted = counted[~counted["period"].isin(["2020-03", "2020-05"])]
ours = {"entity": "yueshengshi", "metric": "users", "period": _("article"), "value": printed}
counted = pd.concat([counted, pd.DataFrame([ours])], ignore_index=True)
code = counted["entity"].map(places)
base_of = 10_000 * code.map(provinces[f"pop_{resident_base}_10k"])
counted = counted.assign(place=code.map(provinces["name"]), kind=counted["metric"].map(kinds))
counted["per_100"] = 100 * counted["value"] / base_of
counted["row"] = counted["place"] + " · " + counted["period"]
counted = counted.sort_values("per_100", ascending=False)

# %% tags=["hide"]
order = alt.Scale(domain=list(kinds.values()))
dots = alt.Chart(counted).encode(
    x=alt.X("per_100:Q", title=_("users per 100 residents")).scale(domain=[0, 350]).axis(tickCount=7),
    y=alt.Y("row:N", sort=None, title=None),
)
legend = alt.Legend(title=_("who is counted"), orient="bottom", columns=4)
kind = dots.mark_point(size=130, opacity=1).encode(
    shape=alt.Shape("kind:N", scale=order, legend=legend),
    color=alt.Color("kind:N", scale=order, legend=legend),
)
number = dots.mark_text(align="left", dx=10).encode(text=alt.Text("per_100:Q", format=".0f"))
hundred = alt.Chart(pd.DataFrame({"limit": [100]})).mark_rule(strokeDash=[4, 3]).encode(x="limit:Q")

# %%
show(
    (hundred + kind + number).properties(
        width=460, title=_("Beyond the line, one account each is not enough")
    ),
    description=_(
        "Dot plot of users per 100 residents for {n} printed counts in Guangdong, Shanghai and the "
        "whole country, with a dashed line at 100. Shanghai in 2023 is highest with {highest:.0f}; {above} "
        "counts lie above 100, none of them national."
    ).format(n=len(counted), highest=counted["per_100"].max(), above=(counted["per_100"] > 100).sum()),
    table=counted[["row", "kind", "value", "per_100"]]
    .round(1)
    .set_axis(
        [_("place and date"), _("who is counted"), _("users"), _("users per 100 residents")], axis="columns"
    ),
    source=[series, claims, provinces],
)

# %% [markdown]
# The smaller the place, the higher its latest count: the nation stays below 100, Guangdong is above it, Shanghai far above.
# People from elsewhere would do that to the figures; second accounts would not care how large a place is.
# Three places are a hint, not a test.
#
# In October 2019 Shanghai printed what Guangdong did not: who its users were.

# %%
of_2019 = series[(series["period"] == "2019-10") & series["unit"].eq("persons")]
shanghai = of_2019[of_2019["entity"].isin(["shanghai_one_stop", "suishenban"])].set_index("metric")["value"]
elsewhere = 1 - shanghai["real_name_users_with_hukou"] / shanghai["real_name_users"]
active = shanghai["monthly_active_users"] / shanghai["real_name_users"]
say(
    _(
        "Of its {users:count.2} real-name users, {elsewhere:.0f} % were not in the local household register, "
        "and {active:.0f} % used the app in a given month."
    ),
    users=shanghai["real_name_users"],
    elsewhere=100 * elsewhere,
    active=100 * active,
)

# %%
say(
    _(
        "As active as that, the {latest:count} accounts of Guangdong would be {people:count.0} people a month: "
        "{per_100:.0f} for every 100 residents."
    ),
    latest=latest["value"],
    people=active * latest["value"],
    per_100=100 * active * latest["value"] / base,
)

# %% [markdown]
# That is no estimate for Guangdong: it shows how far apart *registered* and *active* can be.
#
# *About 50 minutes to here.*

# %% tags=["check"]
by_place = counted[counted["metric"] != "registered_users"].groupby("place", sort=False)["per_100"].max()
assert list(by_place.index) == list(provinces.loc[["310000", "440000", "000000"], "name"])
assert by_place.iloc[0] > 300 > by_place.iloc[1] > 140 > 100 > by_place.iloc[2], _("the levels have changed")
assert round(provinces.loc["310000", "pop_2022_10k"] / 100) == 25
assert abs(100 * active - 30.95) < 0.01, _("the printed share of active users is not that of the counts")

# %% [markdown]
# ## How many services carry 90 % of the use?
#
# The article calls the services *high-frequency*; how often each is used, nobody prints.
# Counts of that kind often follow Zipf's law, where the service of rank $r$ among $n$ gets the share
#
# $$ q_r = \frac{r^{-s}}{H_{n,s}}, \qquad H_{n,s} = \sum_{k=1}^{n} k^{-s} $$
#
# The exponent $s$ is assumed, so every sentence of this section is about a model.
# **Predict:** how many of the `n_services` carry 90 % of the use?

# %%
use = guangdong.zipf_shares(n_services, zipf_exponent)
carriers = guangdong.services_for_share(use, 0.9)
say(
    _(
        "With the exponent {s:g}, the services that carry 90 % of the use are {carriers} of {n}. The service in "
        "the middle of the ranking is used {middle:.2f} times as often as the average service."
    ),
    s=zipf_exponent,
    carriers=carriers,
    n=n_services,
    middle=use[n_services // 2] * n_services,
)

# %% [markdown]
# Only with the exponent 0 is every service as frequent as the average; otherwise *high-frequency* cannot be true of all.
#
# One figure about use was printed: 4.8 billion transactions by December 2020.
# It fixes the scale of the model, not its shape.

# %%
volume = app.loc[app["metric"] == "transactions_cumulative", "value"].item()
say(
    _(
        "Spread that way, {volume:count} transactions give {first:count.1} to the first service and "
        "{last:count.2} to the last."
    ),
    volume=volume,
    first=volume * use[0],
    last=volume * use[-1],
)

# %%
exponents, levels = sorted({0.0, 0.5, 1.0, 1.5, 2.0, zipf_exponent}), [0.5, 0.8, 0.9, 0.99]
models = {s: guangdong.zipf_shares(n_services, s) for s in exponents}
carrying = pd.DataFrame(
    [[guangdong.services_for_share(model, level) for level in levels] for model in models.values()],
    index=pd.Index(models, name=_("exponent")),
    columns=pd.Index([f"{level:.0%}" for level in levels], name=_("services that carry")),
)
carrying

# %% [markdown]
# Now as curves: grey ones for fixed exponents, and a thick one with a slider.

# %% tags=["hide"]
ranks = np.unique(np.geomspace(1, n_services, 80).round().astype(int))
fixed = pd.concat(
    pd.DataFrame({"exponent": s, "rank": ranks, "share": 100 * model.cumsum()[ranks - 1]})
    for s, model in models.items()
)
fixed["label"] = "s = " + fixed["exponent"].map("{:g}".format)
# Where the curves are well apart; a handful of services leaves no room for labels.
spot = ranks[np.abs(ranks - 15).argmin()]
named = fixed[(fixed["rank"] == spot) & (n_services >= 100)]

# %% tags=["hide"]
x_scale = alt.Scale(type="log", nice=False, domain=[1, max(n_services, 10)])
frame = alt.Chart(fixed).encode(
    x=alt.X("rank:Q", title=_("services, most used first (log scale)"), scale=x_scale),
    y=alt.Y("share:Q", title=_("share of the use, percent")).scale(domain=[0, 100]),
)
grey = frame.mark_line(color=charts.MUTED, strokeWidth=1).encode(detail="exponent:N")
labels = frame.properties(data=named).mark_text(dy=-8, align="right").encode(text="label:N")
ninety = alt.Chart(pd.DataFrame({"share": [90]})).mark_rule(color=charts.HIGHLIGHT, strokeDash=[4, 3])

# %%
slider = alt.binding_range(min=0, max=3, step=0.1, name=_("exponent:"))
exponent = alt.param(name="exponent", value=zipf_exponent, bind=slider)
moving = (
    alt.Chart(alt.sequence(1, n_services + 1, as_="rank"))
    .transform_calculate(weight="pow(datum.rank, -exponent)")
    .transform_window(sort=[{"field": "rank"}], running="sum(weight)")
    .transform_joinaggregate(total="sum(weight)")
    .transform_calculate(share="100 * datum.running / datum.total")
    .mark_line(strokeWidth=3.5, point=n_services == 1)
    .encode(x="rank:Q", y="share:Q")
)

# %%
show(
    (grey + ninety.encode(y="share:Q") + moving + labels)
    .add_params(exponent)
    .properties(width=460, height=260, title=_("How concentrated is the use? Nobody knows the exponent")),
    description=_(
        "Cumulative curves of the share of use against the number of services, most used first, on a log "
        "scale, for several exponents, with a dashed line at 90 percent. The thick curve, exponent {s:g}, "
        "reaches it at service number {carriers} of {n}. A slider changes its exponent."
    ).format(s=zipf_exponent, carriers=carriers, n=n_services),
    table=carrying.rename_axis(columns=None).reset_index(),
    synthetic=_("Zipf's law with assumed exponents; number of services as set in the parameters"),
)

# %% [markdown]
# **Try it:** at which exponent does it take half of the services to carry 90 % of the use?
#
# The exact answer can be checked by drawing requests at random.
# **Predict:** you ask 1000 visitors which service they came for.
# Is the number of services that carry 90 % of *their* requests too high, too low, or right on average?

# %%
sizes = [1_000, 100_000, int(volume)]
samples = [guangdong.simulated_use(use, size, seed=seed) for size in sizes]
needed = np.array([[guangdong.services_for_share(run) for run in runs] for runs in samples])
low, high = np.quantile(needed, [0.05, 0.95], axis=1).round().astype(int)
seen = [int(np.median((runs > 0).sum(axis=1))) for runs in samples]
pd.DataFrame(
    {_("services seen"): seen, _("services for 90 %, low"): low, _("high"): high},
    index=pd.Index([f"{size:,}" for size in sizes], name=_("requests drawn")),
)

# %%
say(
    _(
        "Exact: {exact}. Nine in ten samples of 1000 requests say {low} to {high}: "
        "they miss the long tail, so they find it too short."
    )
    if high[0] < carriers
    else _("Exact: {exact}. Nine in ten samples of 1000 requests say {low} to {high}: large enough here."),
    exact=carriers,
    low=low[0],
    high=high[0],
)

# %% tags=["check"]
assert volume == 4.8e9, _("the number of transactions has changed")
assert abs(low[2] - carriers) <= 1 >= abs(high[2] - carriers), _("simulation and harmonic numbers disagree")

# %% [markdown] tags=["instructor"]
# The tail is not waste: the service that few people need may be the one that saves them a day's journey.
# Coverage of use and coverage of needs are two questions.
# Try it: half of the services at an exponent of about 0.95; the slider moves in tenths.

# %% [markdown]
# *About 65 minutes to here.*
#
# ## Which papers does nobody hand in any more?
#
# An electronic certificate spares people a paper, every time that any service asks for it.
# In December 2020 there were 87 kinds, and 1113 of the 1632 services needed no visit.
#
# The model: each service asks for three documents on average, out of 400 kinds, some of them far more often than others; the one most in demand becomes electronic first.
#
# - Calibrated: with 87 certificates, 1113 of 1632 services ask for nothing any more.
# - Assumed: all the rest, also that *no visit* means *no paper*, and that everybody has every certificate.

# %%
then = app[app["period"] == "2020-12"].set_index("metric")["value"]
point = {"n_services": int(then["services"]), "n_certificates": int(then["e_licences"])}
paperless = then["zero_visit_services"] / then["services"]
document_exponent = guangdong.calibrated_document_exponent(
    **point, paperless_share=paperless, usage_exponent=zipf_exponent, seed=seed
)
curves = guangdong.paper_curves(n_services, zipf_exponent, document_exponent, seed=seed)

# %% [markdown]
# **Predict:** which is largest at `n_certificates`: the share of *papers* no longer handed in, of *requests* without any paper, or of *services* without any paper?

# %%
spared = 100 * curves.mean()
now = spared.loc[n_certificates]
catalogues = pd.DataFrame({name: 100 * runs[:, n_certificates] for name, runs in vars(curves).items()})
low, high = catalogues.quantile(0.05), catalogues.quantile(0.95)
say(
    _(
        "With {n} of {all_kinds} kinds electronic, {submissions:.1f} % of the papers are not handed in "
        "({low[submissions]:.1f} to {high[submissions]:.1f} in nine of ten simulated catalogues), {requests:.1f} % of "
        "the requests need no paper ({low[requests]:.1f} to {high[requests]:.1f}), and {services:.1f} % of the "
        "services ask for none ({low[services]:.1f} to {high[services]:.1f})."
    ),
    n=n_certificates,
    all_kinds=guangdong.CATALOGUE_SIZE,
    low=low,
    high=high,
    **now,
)

# %%
names = {"submissions": _("papers"), "requests": _("requests"), "services": _("services")}
order = alt.Scale(domain=list(names.values()))
long = spared.rename(columns=names).reset_index()
long = long.melt("certificates", var_name="what", value_name="percent")
for bound, level in {"low": 0.05, "high": 0.95}.items():
    long[bound] = np.concatenate([np.quantile(100 * vars(curves)[name], level, axis=0) for name in names])

# %%
shares = alt.Chart(long).encode(
    x=alt.X("certificates:Q", title=_("kinds of electronic certificate, of 400 kinds of document")),
)
bands = shares.mark_area(opacity=0.3, color=charts.MUTED).encode(y="low:Q", y2="high:Q", detail="what:N")
lines = shares.mark_line(strokeWidth=2).encode(
    color=alt.Color("what:N", title=_("share of the"), scale=order),
    y=alt.Y("percent:Q", title=_("free of paper, percent")),
    strokeDash=alt.StrokeDash("what:N", title=_("share of the"), scale=order),
)
rule = alt.Chart(pd.DataFrame({"certificates": [n_certificates]})).encode(x="certificates:Q")
rule = rule.mark_rule(color=charts.HIGHLIGHT, strokeWidth=2)

# %%
calibration = _(
    "calibrated to 1113 of 1632 services without a visit at 87 certificates (December 2020); "
    "three documents a service, the kinds of document and Zipf's law are assumed"
)

# %%
show(
    (bands + lines + rule).properties(
        width=440, height=250, title=_("How much paper is gone? Three answers")
    ),
    description=_(
        "Line chart of three rising shares against the number of electronic certificates: papers not handed "
        "in, requests without paper, services without paper. At {n} of them, marked by a vertical line, "
        "they are {submissions:.1f}, {requests:.1f} and {services:.1f} percent. Bands hold nine in ten simulated catalogues."
    ).format(n=n_certificates, **now),
    table=spared.iloc[[0, 1, 5, 10, 30, 60, 87, 90, 92, 120, 200, 300, 400]]
    .round(1)
    .rename(columns=names)
    .rename_axis(_("certificates"))
    .reset_index(),
    source=series,
    synthetic=calibration,
)

# %% [markdown]
# A paper is spared when *its* certificate exists; a service is free of paper only when its *last* document is electronic.
# So the same certificates give several numbers, and a press release can choose.

# %%
gains = 10 * spared["submissions"].diff()
number = min(n_certificates + 1, guangdong.CATALOGUE_SIZE)
say(
    _("Of 1000 papers, the first certificate spares {first:.0f}; the next one, number {number}, {gain:.2f}.")
    if number > n_certificates
    else _(
        "Of 1000 papers, the first certificate spares {first:.0f}; the last one, number {number}, {gain:.2f}."
    ),
    first=gains[1],
    number=number,
    gain=gains[number],
)

# %% [markdown]
# **Try it:** set `n_certificates` to 10, then to 200.
# Whose paper is it that the last certificates spare?

# %% [markdown]
# ## What did the calibration decide?
#
# That there are 400 kinds of document is a guess.
# **Predict:** halve or double the catalogue, and calibrate again.
# Where will the three models agree?

# %%
rivals, errors = {}, {}
for size in (200, 400, 800):
    model = {"usage_exponent": zipf_exponent, "seed": seed, "catalogue_size": size}
    fitted = guangdong.calibrated_document_exponent(**point, paperless_share=paperless, **model)
    curves = guangdong.paper_curves(point["n_services"], document_exponent=fitted, **model)
    rivals[size] = 100 * curves.mean()["services"]
    errors[size] = 100 * curves.services.std(axis=0, ddof=1) / np.sqrt(len(curves.services))
rivals = pd.DataFrame(rivals).loc[:400].ffill()
shown = rivals.loc[[0, 30, 87, 92, 150, 200, 400]].round(1)
shown.rename_axis(index=_("certificates"), columns=_("kinds of document"))

# %%
drawn = rivals.reset_index(names="certificates")
drawn = drawn.melt("certificates", var_name="size", value_name="percent")
lines = alt.Chart(drawn).mark_line(strokeWidth=3)
lines = lines.encode(
    x=alt.X("certificates:Q", title=_("kinds of electronic certificate")),
    y=alt.Y("percent:Q", title=_("services without paper, percent")),
    color=alt.Color("size:O", title=_("kinds of document")),
    strokeDash=alt.StrokeDash("size:O", title=_("kinds of document")),
)
published = pd.DataFrame({"certificates": [point["n_certificates"]], "percent": [100 * paperless]})
diamond = alt.Chart(published).encode(x="certificates:Q", y="percent:Q")
diamond = diamond.mark_point(shape="diamond", size=180, color=charts.HIGHLIGHT, opacity=1)

# %%
show(
    (lines + diamond).properties(
        width=440, height=250, title=_("One published figure (diamond) pins three models at one point")
    ),
    description=_(
        "Line chart of services without paper against electronic certificates, for catalogues of 200, 400 "
        "and 800 kinds of document. All three curves pass the published point, {percent:.1f} percent at 87 "
        "certificates, and part on both sides: at 200 they are at {at_200[200]:.0f}, {at_200[400]:.0f} and "
        "{at_200[800]:.0f} percent."
    ).format(percent=100 * paperless, at_200=rivals.loc[200]),
    table=rivals.iloc[::25].round(1).rename_axis(_("certificates")).reset_index(),
    source=series,
    synthetic=calibration,
)

# %%
spread = rivals.max(axis="columns") - rivals.min(axis="columns")
noise = 2 * max(runs[place] for runs in errors.values() for place in (87, 92, 150))
say(
    _(
        "At 87 certificates the three models differ by {at_87:.1f} points, at 92 by {at_92:.1f}, at 150 by "
        "{at_150:.0f}; two standard errors of the simulation are {noise:.1f}. Near the published figure the guess "
        "hardly matters, far from it the guess is the answer."
    ),
    noise=noise,
    at_87=spread[87],
    at_92=spread[92],
    at_150=spread[150],
)

# %% tags=["check"]
figures_then = then[["services", "e_licences", "zero_visit_services"]].tolist()
assert figures_then == [1632, 87, 1113], _("the calibration point has changed")
assert guangdong.CATALOGUE_SIZE == 400 and guangdong.DOCUMENTS_PER_SERVICE == 3
assert noise < spread[150], _("the models cannot be told apart")
assert spread[87] < 1 and spread[87] < spread[92] < spread[150], _("the models do not meet at the figure")

# %% [markdown] tags=["instructor"]
# Students trust a calibrated model because it meets a figure; it meets one figure because it has one free number.
# Ask what a second published figure, say the services without a visit in May 2022, would do: it could choose between the catalogues.

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “145 % of the residents use it”
#
# A share needs a numerator that is part of its denominator.
# Users are not a part of the residents, so their ratio is no share, and it was none either when it still looked like one: nothing is said to have kept people from elsewhere out of the 100 million of February 2021, 79 for every 100 residents.
# A ratio that is able to pass 100 % was never an adoption rate.

# %% tags=["check"]
in_percent = {round(100 * latest["value"] / residents[year]) for year in (2022, 2023)}
assert in_percent == {145}, _("the users of December 2023 are another percentage")
assert round(100 * anchors["2021-02-28"] / residents[2020]) == 79, _("February 2021 is another ratio")

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("2170 services and 90 electronic certificates in 2023"),
            "finding": _(
                "outdated: both lie between December 2020 (1632 and 87) and May 2022 (nearly 2500 and 92)"
            ),
            "confidence": _(
                "high for the interval, if neither number ever fell; low for a month. "
                "Both neighbours were read in copies of the reports"
            ),
            "missing": _("dated counts; whether “high-frequency” leaves services out"),
        },
        {
            "claim": _("nearly 150 million users in 2023"),
            "finding": _("plausible for about {date:%Y}, too low for December 2023 (184 million)").format(
                date=users_passed
            ),
            "confidence": _(
                "medium: the later figure rests on one news report, the earlier one counts registered users"
            ),
            "missing": _("one definition of a user over time"),
        },
        {
            "claim": _("more users than residents"),
            "finding": _(
                "no contradiction: users are accounts, and at least {share:.0f} % of them are second accounts "
                "or belong to people who are not residents"
            ).format(share=100 * others / latest["value"]),
            "confidence": _("high for the bound: arithmetic; which explanation holds is not decided"),
            "missing": _("users by place of residence, closed accounts, active users"),
        },
        {
            "claim": Markdown(_("the services are *high-frequency*")),
            "finding": _(
                "in the model, the services that carry 90 % of the use are {carriers} of {n}"
            ).format(carriers=carriers, n=n_services),
            "confidence": _("low: the exponent is assumed"),
            "missing": _("use by service"),
        },
    ]
)

# %% tags=["results"]
record(
    residents=residents.tolist(),
    figures_with_dates=dated["value"].tolist(),
    users_per_resident_low=users.low / base,
    users_per_resident_high=users.high / base,
    services_passed=f"{passed['services']:%Y-%m}",
    certificates_passed=f"{passed['e_licences']:%Y-%m}",
    users_passed=f"{users_passed:%Y-%m}",
    needs=needs["needs_low"].tolist(),
    refuted=sorted(needs.query("refuted").index),
    non_residents_at_least=others,
    non_residents_at_penetration=at_penetration,
    users_per_100=counted["per_100"].tolist(),
    without_local_register=elsewhere,
    active_share=active,
    carriers=carriers,
    carriers_in_samples=needed.mean(axis=1).tolist(),
    document_exponent=document_exponent,
    papers_spared=now["submissions"],
    requests_without_paper=now["requests"],
    services_without_paper=now["services"],
    rivals_at_200=rivals.loc[200].tolist(),
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
