# %% [markdown] tags=["header"]
# <<header>>

# %% [markdown] tags=["prerequisites"]
# <<prerequisites>>

# %% [markdown]
# One app as the single entrance, five ways to be served, and at most one visit: that is how the article describes Zhejiang.
#
# “At most one” says a lot.
# It holds for every case or it does not hold.
# So let us take four life events apart, step by step, and look for one that needs two.

# %% [markdown] tags=["instructor"]
# Five minutes.
# Ask who moved house or registered a child lately, and how many trips it took; write the numbers on the board.
# Then ask what a trip *is*: handing in, collecting, signing, being looked at.
# The lesson needs that distinction, and the class will find it.

# %% [markdown] tags=["parameter-table"]
# <<parameters>>

# %% tags=["parameters"]

# %% tags=["begin"]
import altair as alt
import numpy as np
import pandas as pd

from digigov import begin, charts, load, record, say, show, verdict
from digigov.models import zhejiang
from digigov.quantities import format_count

begin("13", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
series = load("platform_series")
codes = load("provinces", lang="en").set_index("name")["code"]
here = load("provinces").set_index("code").loc[codes["Zhejiang"]]
steps, departments = zhejiang.step_names(), zhejiang.department_names()

# %% [markdown]
# ## One entrance, for how many?
#
# A source says that the province's service network had over 22 million registered users in February 2019, *one quarter of Zhejiang's internet users*.
# **Predict:** how many internet users would Zhejiang have had?

# %%
network = series[series["entity"] == "zhejiang_service_network"].set_index("metric")["value"]
registered = network["registered_users"]
residents = 1e4 * here["pop_2020_10k"]
implied = 4 * registered
say(
    _("Four times as many are {implied:count}: more than all residents of 2020, {residents:count}, infants included. The count and the quarter cannot both hold: a quarter of the residents is {most:count.1}. The users printed are {share:.0%} of the residents."),
    implied=implied, residents=residents, most=residents / 4, share=registered / residents,
)  # fmt: skip

# %%
sizes = pd.DataFrame(
    {
        "what": [
            _("registered users, at least"),
            _("residents"),
            _("internet users, if 22 million were a quarter"),
        ],
        "persons": [registered, residents, implied],
    }
)
bars = alt.Chart(sizes).encode(
    y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelLimit=330)),
    x=alt.X("persons:Q", axis=charts.count_axis(_("persons"), tickCount=5), scale=alt.Scale(domainMin=0)),
)  # fmt: skip
show(
    bars.mark_bar().properties(width=330, height=alt.Step(30), title=_("A quarter of what?")),
    description=_("Bar chart of {registered} registered users of Zhejiang's service network in 2019, {residents} residents in 2020, and {implied} internet users that “one quarter” would need, more than there are residents.").format(
        registered=format_count(registered), residents=format_count(residents), implied=format_count(implied)
    ),
    table=sizes.set_axis([_("what"), _("persons")], axis="columns"),
    source=[series, load("provinces")],
)  # fmt: skip

# %% tags=["check"]
assert registered == 22e6 and implied > residents, _("the quarter is possible now")
assert claims.loc["C29", "value"] == 5, _("the claims have changed")
assert len(zhejiang.CHANNELS) == claims.loc["C29", "value"], _("the model has another number of channels")

# %% [markdown] tags=["instructor"]
# A ratio beside a count is a gift: multiply, and one of the two may fall.
# Ask which of the two a journalist is likelier to have copied and which to have worked out.

# %% [markdown]
# ## What does a life event look like?
#
# A *life event* is a set of steps.
# Each belongs to a department, needs some documents, takes some days, and issues one document.
# Whoever needs that document has to wait.
# The four events of this lesson are written for it: plausible, *synthetic*, and yours to change.
#
# **Predict:** apart from the first step, which one do most of the others wait for in your `event`?

# %%
event_names = {
    "birth": _("a child is born"),
    "restaurant": _("a restaurant opens"),
    "retirement": _("somebody retires"),
    "house": _("a flat changes hands"),
}
graph = zhejiang.graph(zhejiang.EVENTS[event])
rows = [graph.nodes[name]["step"] for name in graph]
table = pd.DataFrame({"step": [steps[s.name] for s in rows], "department": [departments[s.department] for s in rows],
                      "days": [s.days for s in rows], "present": [s.present for s in rows]}, index=list(graph))  # fmt: skip
table.set_axis([_("step"), _("department"), _("days"), _("in person")], axis="columns").replace(
    {True: _("yes"), False: _("no")}
)

# %%
followers = pd.Series({name: len(zhejiang.waiting_for(graph, name)) for name in graph})
hub = followers.iloc[1:].idxmax()
say(
    _("{event}: {n} steps in {d} departments. After the first, most wait for “{step}”: {waiting} of the others cannot begin before it ends."),
    event=event_names[event].capitalize(), n=len(graph), d=table["department"].nunique(),
    step=steps[hub], waiting=int(followers[hub]),
)  # fmt: skip

# %%
plan = zhejiang.schedule(graph)
nodes = plan.assign(step=table["step"], department=table["department"], days=table["days"])
nodes["presence"] = table["present"].map({True: _("in person"), False: _("by document")})
# %%
edges = pd.DataFrame(
    [(plan.loc[a, "end"], steps[a], plan.loc[b, "start"], steps[b]) for a, b in graph.edges],
    columns=["x", "y", "x2", "y2"],
)
from_start = _("days, if everything begins as soon as it can")
row = {
    "sort": None,
    "scale": alt.Scale(domain=list(nodes["step"])),
    "title": None,
    "axis": alt.Axis(labelLimit=220),
}
far = alt.Scale(domain=[0, 1.3 * plan["end"].max()], nice=False)
kinds = [_("in person"), _("by document")]

# %%
arrows = alt.Chart(edges).mark_rule(color=charts.MUTED, strokeWidth=1.5).encode(
    x=alt.X("x:Q", title=from_start, scale=far), y=alt.Y("y:N", **row), x2="x2:Q", y2="y2:N"
)  # fmt: skip
boxes = alt.Chart(nodes).mark_bar(height=14, cornerRadius=3).encode(
    x=alt.X("start:Q", title=from_start, scale=far), x2="end:Q", y=alt.Y("step:N", **row),
    color=alt.Color("presence:N", title=_("the step is done"), scale=alt.Scale(domain=kinds, range=[charts.TONES[1], charts.TONES[0]])),
    tooltip=["step:N", "department:N", "days:Q", "presence:N"],
)  # fmt: skip
labels = (
    alt.Chart(nodes)
    .mark_text(align="left", dx=6, fontSize=11)
    .encode(x=alt.X("end:Q", scale=far), y=alt.Y("step:N", **row), text="department:N")
)

# %%
show(
    (arrows + boxes + labels).properties(width=440, height=alt.Step(26), title=_("Steps, departments, and who waits for whom")),
    description=_("Gantt chart of {n} steps in {d} departments over {days:.0f} days; lines lead from a step to those that need its document. In person: {present}.").format(
        n=len(nodes), d=nodes["department"].nunique(), days=plan["end"].max(), present=_(", ").join(nodes.loc[table["present"], "step"]) or _("none")
    ),
    table=nodes[["step", "department", "start", "end", "presence"]].set_axis([_("step"), _("department"), _("from day"), _("to day"), _("the step is done")], axis="columns"),
    synthetic=_("an event written for the course; no office published these steps and days"),
)  # fmt: skip

# %% [markdown]
# *About 20 minutes to here.*
#
# ## One after another, or side by side?
#
# Before, an applicant carried each document to the next window.
# With one entrance, departments can begin as soon as what they need is there: *parallel approval*.
# **Predict:** how far does that shorten your event: to nine tenths, to half, to a fifth?

# %%
sequential, shortest = table["days"].sum(), plan["end"].max()

# %%
path = _(" → ").join(steps[name] for name in plan.index[plan["critical"]])
total = shortest if parallel else sequential
say(
    _("One after another: {long:.0f} days. Side by side: {short:.0f}, {share:.0%} of that. Nothing shortens it further but a shorter step on the critical path: {path}."),
    long=sequential, short=shortest, share=shortest / sequential, path=path,
)  # fmt: skip

# %% [markdown]
# Those are means, and no case takes the mean.
# So draw the days of each step 2,000 times, and see how often a step lies on the critical path.
# (Each is lognormal: many are a little shorter than the mean, a few much longer.)

# %%
drawn = zhejiang.draw_days(graph, 2000, seed)
ends, critical = zhejiang.simulate_schedule(graph, drawn)

# %%
low, middle, high = np.quantile(ends if parallel else drawn.sum(axis=1), [0.05, 0.5, 0.95])
say(
    _("With your `parallel`, nine cases in ten take between {low:.0f} and {high:.0f} days, half of them more than {middle:.0f}. Steps that are on the critical path in every draw: {n}; only in some: {m}."),
    low=low, middle=middle, high=high, n=int((critical == 1).sum()), m=int(critical.between(0, 1, inclusive="neither").sum()),
)  # fmt: skip

# %% [markdown]
# An office that works side by side promises what the means add up to along the critical path.
# **Predict:** how many of 100 cases break that promise?
# And is the answer any surer than one run of the dice?

# %%
repeated = [
    zhejiang.simulate_schedule(graph, zhejiang.draw_days(graph, 2000, seed + k))[0] for k in range(20)
]
late = np.array([(days > shortest).mean() for days in repeated])
mean_days = np.mean(repeated)

# %%
say(
    _("A promise of {short:.0f} days is broken in {late:.0%} of the cases ({low:.0%} to {high:.0%} in 20 runs of 2,000). The mean case takes {mean:.1f} days, more than promised: it waits for whichever path is the longest that time.")
    if round(mean_days, 1) > shortest
    else _("A promise of {short:.0f} days is broken in {late:.0%} of the cases ({low:.0%} to {high:.0%} in 20 runs of 2,000). The mean case takes {mean:.1f} days, as promised: hardly ever is another path the longest."),
    short=shortest, late=late.mean(), low=late.min(), high=late.max(), mean=mean_days,
)  # fmt: skip

# %%
order = np.concatenate([[0], table["days"].cumsum().to_numpy()[:-1]])
ways = [_("one after another"), _("side by side")]
after = nodes.assign(way=ways[1], critical=100 * critical)
before = after.assign(way=ways[0], start=order, end=order + table["days"])
gantt = pd.concat([before, after])
spans = alt.Chart(gantt).mark_bar(height=12).encode(
    x=alt.X("start:Q", title=_("days from the beginning")), x2="end:Q",
    y=alt.Y("step:N", sort=list(table["step"]), title=None, axis=alt.Axis(labelLimit=220)),
    color=alt.Color("critical:Q", title=[_("on the critical path,"), _("percent of draws")], scale=alt.Scale(domain=[0, 100], range=[charts.RAMP[1], charts.RAMP[-1]])),
    tooltip=["step:N", "way:N", "start:Q", "end:Q", alt.Tooltip("critical:Q", format=".0f")],
)  # fmt: skip

# %%
show(
    spans.properties(width=230, height=alt.Step(22)).facet(column=alt.Column("way:N", sort=ways, title=None)).properties(title=_("The same steps, in two orders")),
    description=_("Two Gantt charts of the steps of the event: one after another they take {long:.0f} days, side by side {short:.0f}. Darker bars lie on the critical path in more of 2,000 draws.").format(
        long=sequential, short=shortest
    ),
    table=gantt[["step", "way", "start", "end", "critical"]].round(1).set_axis([_("step"), _("way"), _("from day"), _("to day"), _("percent of draws on the critical path")], axis="columns"),
    synthetic=_("an event written for the course; days drawn from lognormal distributions around assumed means"),
)  # fmt: skip

# %% tags=["check"]
assert plan["end"].max() <= sequential, _("the critical path is longer than all steps together")
assert np.all(ends <= drawn.sum(axis=1) + 1e-9), _("a draw is longer side by side")
assert len(ends) == 2000 and critical.max() <= 1, _("a draw is missing")

# %% [markdown] tags=["instructor"]
# Ask what it would help to make the fastest department twice as fast; then look at the colours.
# Two things pull at a promise made from means: the mean of the longest path is longer than the longest path of the means, and most cases are shorter than their mean.
# Which wins depends on the graph: compare the birth, where another path may be the longest, with the flat, where hardly any can.

# %% [markdown]
# *About 40 minutes to here.*
#
# ## How many visits must remain?
#
# Documents can travel without you, and results can come by post.
# What cannot travel is *you*: to sign, to sit an exam, to be identified.
# Two such steps fit into one visit, unless one must be finished before the other can begin.
#
# With a window for each step, the model counts one trip to hand in and one to collect, or a single one if the step is done within a day.
#
# **Predict:** which of the four events can be done with one visit?

# %%
graphs = {name: zhejiang.graph(zhejiang.EVENTS[name]) for name in event_names}
visits = pd.DataFrame(
    {
        "event": list(event_names.values()),
        "steps": [len(one) for one in graphs.values()],
        "before": [zhejiang.visits_before(one) for one in graphs.values()],
        "after": [zhejiang.visits_after(one) for one in graphs.values()],
    },
    index=list(graphs),
)  # fmt: skip
impossible = visits.index[visits["after"] > 1]
say(
    _("One visit is enough for {n} of {all} events. It is impossible for: {list}."),
    n=int((visits["after"] <= 1).sum()), all=len(visits),
    list=_("; ").join(_("{event} ({n} visits)").format(event=visits.loc[e, "event"], n=visits.loc[e, "after"]) for e in impossible),
)  # fmt: skip

# %%
when = {"before": _("a window for each step"), "after": _("one entrance")}
long = visits.melt("event", ["before", "after"], "when", "visits").replace({"when": when})
look = alt.Scale(domain=list(when.values()), range=[charts.MUTED, charts.CATEGORY[1]])
base = alt.Chart(long).encode(
    y=alt.Y("event:N", sort=list(visits["event"]), title=None, axis=alt.Axis(labelLimit=200)),
    x=alt.X("visits:Q", title=_("visits"), scale=alt.Scale(domainMin=0), axis=alt.Axis(tickMinStep=1)),
)  # fmt: skip
rails = base.mark_line(color=charts.MUTED, strokeWidth=2).encode(detail="event:N")

# %%
points = base.mark_point(size=130, filled=True, opacity=1).encode(
    color=alt.Color("when:N", title=_("organised as"), scale=look),
    shape=alt.Shape("when:N", title=_("organised as"), scale=alt.Scale(domain=list(when.values()))),
)
one = alt.Chart(pd.DataFrame({"visits": [1]})).mark_rule(strokeDash=[4, 3]).encode(x="visits:Q")

# %%
show(
    (one + rails + points).properties(width=400, height=alt.Step(34), title=_("Visits before and after, and the line of one")),
    description=_("Dumbbell chart of four life events: {a} to {b} visits with a window for each step, {c} to {d} with one entrance; a dashed line stands at one visit, and {n} events do not reach it.").format(
        a=visits["before"].min(), b=visits["before"].max(), c=visits["after"].min(), d=visits["after"].max(), n=len(impossible)
    ),
    table=visits.set_axis([_("event"), _("steps"), when["before"], when["after"]], axis="columns"),
    synthetic=_("four events written for the course"),
)  # fmt: skip

# %% [markdown]
# The longest chain of steps that need you is a *lower bound*: no app, no shared database and no kind clerk gets below it.
# And it can always be reached (Mirsky 1971): put into one visit whatever comes equally far along its chain.
#
# So if one visit is the promise, the chain itself has to change.
# **Predict:** in your event, which single step would you do by video?

# %%
chain = zhejiang.visit_of_each(graph)
remote = pd.Series({name: zhejiang.visits_after(graph, [name]) for name in chain})
helps = [name for name in chain if remote[name] < visits.loc[event, "after"]]
table.loc[list(chain), ["step"]].assign(visit=chain, remote=remote).set_axis(
    [_("step that needs somebody"), _("done in visit"), _("visits if it were done by video")], axis="columns"
)

# %%
say(
    _("“{event}” needs {n} at best; one step by video makes it {least}. Steps that help: {list}."),
    event=event_names[event], n=visits.loc[event, "after"], least=int(remote.min()), list=_(", ").join(steps[name] for name in helps),
)  # fmt: skip

# %% tags=["check"]
assert visits["after"].tolist() == [1, 2, 1, 3], _("other events need one visit")
assert (visits["after"] <= visits["before"]).all(), _("one entrance needs more visits")
assert all(plan.loc[a, "end"] <= plan.loc[b, "start"] + 1e-9 for a, b in graph.edges), _(
    "a step begins too early"
)

# %% [markdown] tags=["instructor"]
# Let someone defend “one visit” for the flat: sign everything on one day?
# The bank signs after its credit check, and that cannot begin before the contract; the law of the graph is stronger than good will.
# What helps is not an app but a change of the rule: a signature that is valid without a person, or a step that need not wait.

# %% [markdown]
# *About 60 minutes to here.*
#
# ## Five ways in: who ends up at the counter?
#
# Online at one stop; at a nearby hall; with help at the grassroots; at any office of the province; and *smart and unobtrusive*, when the office acts before anyone applies.
# A case that fails in one goes on to another, with assumed probabilities.
# **Predict:** if every case began by itself, how many of 100 would still come to a hall?

# %%
passages = zhejiang.PASSAGES
contacts = zhejiang.route(zhejiang.first_contacts(smart_share))
all_smart = zhejiang.route(zhejiang.first_contacts(1))
say(
    _("Of 100 cases with your `smart_share`: {hall:.0f} contacts with a hall, {all:.0f} contacts in all, and {lost:.1f} cases given up. If every case began by itself, there would still be {still:.0f} contacts with a hall."),
    hall=100 * contacts.loc["hall", "contacts"], all=100 * contacts["contacts"].sum(),
    lost=100 * contacts["given_up"].sum(), still=100 * all_smart.loc["hall", "contacts"],
)  # fmt: skip

# %%
runs = pd.DataFrame([zhejiang.simulate_cases(2000, smart_share, seed + i) for i in range(20)])
expected = pd.concat([contacts["contacts"], pd.Series({"given_up": contacts["given_up"].sum()})])

# %%
compared = pd.DataFrame({"expected": expected, "low": runs.min(), "high": runs.max()}).mul(100)
channel_names = {"online": _("online"), "hall": _("nearby hall"), "grassroots": _("grassroots"),
                 "anywhere": _("any office"), "smart": _("smart"), "given_up": _("given up")}  # fmt: skip
compared.rename(channel_names).round(1).set_axis(
    [_("expected, of 100 cases"), _("lowest of 20 towns of 2,000 cases"), _("highest")], axis="columns"
)

# %%
shares = np.linspace(0, 1, 21)
grid = (
    pd.concat(zhejiang.route(zhejiang.first_contacts(share)).assign(smart=100 * share) for share in shares)
    .rename_axis("channel")
    .reset_index()
)
grid["contacts"] *= 100
grid["channel"] = grid["channel"].map(channel_names)
names = [channel_names[name] for name in zhejiang.CHANNELS]

# %%
slider = alt.param(
    name="at", value=5 * round(20 * smart_share),
    bind=alt.binding_range(min=0, max=100, step=5, name=_("cases that begin by themselves, percent: ")),
)  # fmt: skip

# %%
levels = alt.Chart(grid).encode(
    y=alt.Y("channel:N", sort=names, title=None),
    x=alt.X("contacts:Q", title=_("contacts of 100 cases"), scale=alt.Scale(domain=[0, 116], nice=False)),
)  # fmt: skip
now = levels.transform_filter("abs(datum.smart - at) < 1")
bars = now.mark_bar(height=18).encode(
    color=alt.Color(
        "channel:N", sort=names, legend=None, scale=alt.Scale(domain=names, range=list(charts.CATEGORY[:5]))
    )
)
texts = now.mark_text(align="right").encode(x=alt.datum(114), text=alt.Text("contacts:Q", format=".0f"))
ticks = levels.transform_filter("datum.smart == 0").mark_tick(thickness=3, size=26, color=charts.INK)

# %%
show(
    (bars + texts + ticks).add_params(slider).properties(width=430, height=alt.Step(34), title=_("Contacts with five channels, as more begins by itself")),
    description=_("Bar chart of the contacts of 100 cases with five channels; a slider sets the percent of cases that begin by themselves, and black marks show the contacts if none do. Halls fall from {a:.0f} to {b:.0f} and never to zero.").format(
        a=100 * zhejiang.route(zhejiang.first_contacts(0)).loc["hall", "contacts"], b=100 * all_smart.loc["hall", "contacts"]
    ),
    table=grid.pivot(index="smart", columns="channel", values="contacts")[names].iloc[::4].round(1).rename_axis(_("percent by themselves")).reset_index(),
    synthetic=_("a Markov chain of five channels with assumed passages"),
)  # fmt: skip

# %% [markdown]
# The black marks stand where nothing begins by itself; move the slider from one end to the other.
#
# **Try it:** change a row of `passages`, say what becomes of a case that fails online, and give it to `zhejiang.route` as a second argument.
# Can you empty the hall without losing more cases?

# %% tags=["check"]
assert abs(contacts[["done", "given_up"]].to_numpy().sum() - 1) < 1e-9, _("some cases never end")
assert 0.05 < all_smart.loc["hall", "contacts"] < 0.12, _("the hall empties now")
outside = (compared["expected"] < compared["low"] - 1e-9) | (compared["expected"] > compared["high"] + 1e-9)
assert outside.sum() <= 1, _("the simulation disagrees with the formula")

# %% [markdown] tags=["instructor"]
# The hall never empties, because every channel hands its failures on, and the last open door takes them all.
# Those who remain at the counter are the hard cases: a hall judged by cases an hour will look worse the better the other channels work.
# Compare with lesson 17: who are they?

# %% [markdown] tags=["misreading"]
# ## A misreading to avoid: “over 90 percent of the items need at most one visit, so do I”
#
# The claim counts *items*, and you have an *event*.
# An event of several items that need one visit each, one after another, needs several visits, though not a single item breaks the promise.
# And over 90 percent of the items says nothing about which items people come for.

# %%
items = claims.loc["C06", "value"] / 100
several = pd.Series({n: items**n for n in (1, 3, 6)})
say(
    _("If one item in ten needed more, and independently of the others, an event of 6 items would have none of those in {six:.0%} of cases, one of 3 in {three:.0%}."),
    six=several[6], three=several[3],
)  # fmt: skip

# %% tags=["check"]
assert (claims.loc["C06", "value"], claims.loc["C06", "qualifier"]) == (90, "over"), _(
    "the claim has changed"
)

# %% [markdown]
# ## Verdict

# %% tags=["verdict"]
verdict(
    [
        {
            "claim": _("one entrance"),
            "finding": _("over {n} users are {share:.0%} of the residents; that they are “one quarter of the internet users” cannot hold").format(n=format_count(registered), share=registered / residents),
            "confidence": _("high that both cannot hold; which is wrong is not decided, and the source is a copy"),
            "missing": _("internet users of the province"),
        },
        {
            "claim": _("at most one visit"),
            "finding": _("possible for {n} of {all} events of the model, impossible for {list}, whatever the app").format(n=int((visits["after"] <= 1).sum()), all=len(visits), list=_(", ").join(_("“{event}”").format(event=name) for name in visits.loc[impossible, "event"])),
            "confidence": _("high that a chain of steps in person sets a bound; the events are ours"),
            "missing": _("the real steps of an event, and which of them need a person"),
        },
        {
            "claim": _("five channels"),
            "finding": _("in the model a hall still has {still:.0f} contacts of 100 cases if all begin by themselves").format(still=100 * all_smart.loc["hall", "contacts"]),
            "confidence": _("low for the number: the passages are assumed"),
            "missing": _("where cases begin, where they go on, and who gives up"),
        },
    ]
)  # fmt: skip

# %% tags=["results"]
record(
    implied_users=implied,
    users_share=registered / residents,
    steps=len(graph),
    sequential_days=sequential,
    parallel_days=shortest,
    total_days=total,
    days_low=low,
    days_high=high,
    late_share=late.mean(),
    mean_days=mean_days,
    never_elsewhere=int((critical == 1).sum()),
    visits_before=visits["before"].tolist(),
    visits_after=visits["after"].tolist(),
    best_with_video=int(remote.min()),
    hall=contacts.loc["hall", "contacts"],
    contacts=contacts["contacts"].sum(),
    given_up=contacts["given_up"].sum(),
    hall_all_smart=all_smart.loc["hall", "contacts"],
)

# %% [markdown] tags=["recap"]
# <<recap>>

# %% [markdown] tags=["sources"]
# <<sources>>
