"""The models of lesson 13: events as graphs, visits that remain, and cases among channels."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digigov.i18n import language
from digigov.models.zhejiang import (
    CHANNELS,
    ENDS,
    EVENTS,
    PASSAGES,
    Step,
    department_names,
    draw_days,
    first_contacts,
    graph,
    route,
    schedule,
    simulate_cases,
    simulate_schedule,
    step_names,
    visit_of_each,
    visits_after,
    visits_before,
)


@st.composite
def events(draw: st.DrawFn) -> list[Step]:
    n = draw(st.integers(1, 8))
    steps = []
    for i in range(n):
        needs = [f"d{j}" for j in range(i) if draw(st.booleans())]
        days, present = draw(st.floats(0.1, 30)), draw(st.booleans())
        steps.append(Step(f"s{i}", "office", days, (*needs, "identity"), f"d{i}", present))
    return draw(st.permutations(steps))


# --- graphs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_of_the_lesson_is_a_graph_with_names_for_all(name):
    made = graph(EVENTS[name])
    assert len(made) == len(EVENTS[name])
    assert set(made) <= set(step_names())
    assert {step.department for step in EVENTS[name]} <= set(department_names())


def test_steps_of_one_name_are_the_same_step_in_every_event():
    departments = {}
    for steps in EVENTS.values():
        for step in steps:
            assert departments.setdefault(step.name, step.department) == step.department


A, B = Step("a", "x", 1, ("identity",), "da"), Step("b", "x", 2, ("da",), "db")


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([], "steps is empty"),
        ([A, A], "step 'a' occurs twice"),
        ([A, Step("b", "x", 1, (), "da")], "document 'da' is issued twice: by 'a' and by 'b'"),
        ([A, Step("b", "x", 0, (), "db")], "step 'b': days = 0 must be positive"),
        (
            [A, Step("b", "x", 2, "da", "db")],
            r"step 'b': needs = 'da' must be a tuple, \('da',\)",
        ),
        ([B], "step 'b' needs 'da', which no step issues and nobody brings"),
        ([Step("a", "x", 1, ("db",), "da"), B], "a step waits for itself: a → b → a"),
        ([Step("a", "x", 1, ("da",), "da")], "a step waits for itself: a → a"),
    ],
)
def test_an_impossible_graph_is_refused(steps, message):
    with pytest.raises(ValueError, match=message):
        graph(steps)


def test_an_impossible_graph_is_refused_in_the_language_of_the_edition():
    with language("zh"), pytest.raises(ValueError, match="有步骤在等它自己：a → b → a"):
        graph([Step("a", "x", 1, ("db",), "da"), B])


# --- time ---------------------------------------------------------------------------------------


@given(steps=events())
def test_the_critical_path_is_never_longer_than_all_steps_nor_shorter_than_any(steps):
    plan = schedule(graph(steps))
    assert plan["end"].max() <= sum(step.days for step in steps) + 1e-9
    assert plan["end"].max() >= max(step.days for step in steps) - 1e-9
    assert plan["critical"].any()
    assert (plan["slack"] > -1e-9).all()


@given(steps=events())
def test_no_step_begins_before_its_documents_are_there(steps):
    event = graph(steps)
    plan = schedule(event)
    for before, after in event.edges:
        assert plan.loc[before, "end"] <= plan.loc[after, "start"] + 1e-9


@given(steps=events(), data=st.data())
def test_a_day_more_counts_where_there_is_no_slack(steps, data):
    event = graph(steps)
    plan = schedule(event)
    late = data.draw(st.sampled_from(list(event)))
    days = np.array([event.nodes[name]["step"].days + (name == late) for name in event])
    longer = schedule(event, days)["end"].max() - plan["end"].max()
    assert longer == pytest.approx(max(0.0, 1 - plan.loc[late, "slack"]), abs=1e-9)


@given(steps=events(), seed=st.integers(0, 99))
def test_draws_agree_with_one_schedule_at_a_time(steps, seed):
    event = graph(steps)
    drawn = draw_days(event, 5, seed)
    ends, critical = simulate_schedule(event, drawn)
    plans = [schedule(event, days) for days in drawn]
    np.testing.assert_allclose(ends, [plan["end"].max() for plan in plans])
    np.testing.assert_allclose(
        critical, pd.concat([p["critical"] for p in plans], axis=1).mean(axis=1)
    )
    assert (ends <= drawn.sum(axis=1) + 1e-9).all()


def test_drawn_days_have_the_means_of_the_steps():
    event = graph(EVENTS["house"])
    drawn = draw_days(event, 40_000, 1)
    means = [event.nodes[name]["step"].days for name in event]
    np.testing.assert_allclose(drawn.mean(axis=0), means, rtol=0.02)
    assert (draw_days(event, 3, 1) == draw_days(event, 3, 1)).all()
    with pytest.raises(ValueError, match="n_draws = 0 is not allowed: 1 or more"):
        draw_days(event, 0, 1)


# --- visits -------------------------------------------------------------------------------------


def fewest_by_trying(event):
    """Least number of visits, by trying every way to put the steps into visits."""
    import networkx as nx

    present = [name for name in event if event.nodes[name]["step"].present]
    before = {name: nx.ancestors(event, name) & set(present) for name in present}

    def possible(left, visits):
        if not left:
            return True
        if not visits:
            return False
        ready = [name for name in left if not before[name] & set(left)]
        return any(
            possible([n for n in left if n not in chosen], visits - 1)
            for size in range(1, len(ready) + 1)
            for chosen in combinations(ready, size)
        )

    return next(n for n in range(len(present) + 1) if possible(present, n))


@given(steps=events())
def test_no_way_of_putting_steps_into_visits_needs_fewer(steps):
    event = graph(steps)
    assert visits_after(event) == fewest_by_trying(event)


@given(steps=events())
def test_one_entrance_never_adds_a_visit_and_neither_does_a_video(steps):
    event = graph(steps)
    least = visits_after(event)
    assert least <= visits_before(event)
    for name in visit_of_each(event):
        assert least - 1 <= visits_after(event, [name]) <= least
    assert visits_after(event, list(event)) == 0


@given(steps=events())
def test_steps_of_one_visit_do_not_wait_for_each_other(steps):
    import networkx as nx

    event = graph(steps)
    number = visit_of_each(event)
    for one, other in combinations(number, 2):
        if other in nx.descendants(event, one):
            assert number[one] < number[other]


def test_a_remote_step_must_be_a_step():
    with pytest.raises(
        ValueError, match="remote = 'nap' is not a step of the event: name, licence"
    ):
        visits_after(graph(EVENTS["restaurant"]), ["nap"])


# --- channels -----------------------------------------------------------------------------------


@st.composite
def passages(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for _channel in CHANNELS:
        weights = draw(st.lists(st.floats(0, 1), min_size=7, max_size=7))
        weights[-1] += 0.05
        rows.append(np.array(weights) / sum(weights))
    return pd.DataFrame(rows, index=list(CHANNELS), columns=[*CHANNELS, *ENDS])


@given(table=passages(), smart_share=st.floats(0, 1))
def test_every_case_ends_and_probabilities_sum_to_one(table, smart_share):
    found = route(first_contacts(smart_share), table)
    assert found[list(ENDS)].to_numpy().sum() == pytest.approx(1)
    assert (found.to_numpy() > -1e-9).all()
    assert found["contacts"].sum() >= 1 - 1e-9


@given(smart_share=st.floats(0, 1))
def test_first_contacts_sum_to_one(smart_share):
    assert first_contacts(smart_share).sum() == pytest.approx(1)


@pytest.mark.parametrize("smart_share", [0, 0.3, 1])
def test_simulated_cases_agree_with_the_fundamental_matrix(smart_share):
    expected = route(first_contacts(smart_share))
    runs = pd.DataFrame([simulate_cases(5000, smart_share, seed) for seed in range(30)])
    error = runs.std() / np.sqrt(len(runs)) + 1e-12
    gap = (runs.mean()[list(CHANNELS)] - expected["contacts"]).abs()
    assert (gap <= 4.5 * error[list(CHANNELS)]).all()
    assert abs(runs["given_up"].mean() - expected["given_up"].sum()) <= 4.5 * error["given_up"]


@pytest.mark.parametrize("smart_share", [-0.1, 1.2])
def test_a_share_beyond_the_whole_is_refused(smart_share):
    with pytest.raises(ValueError, match=f"smart_share = {smart_share} is not allowed"):
        first_contacts(smart_share)


def test_passages_that_do_not_sum_to_one_are_refused():
    wrong = PASSAGES.copy()
    wrong.loc["hall", "done"] = 0.5
    with pytest.raises(ValueError, match=r"passages from 'hall' sum to 0\.58; probabilities"):
        route(first_contacts(0.3), wrong)


def test_a_negative_passage_is_refused_by_its_value():
    wrong = PASSAGES.copy()
    wrong.loc["hall", ["done", "online"]] = [1.14, -0.2]
    with pytest.raises(ValueError, match=r"passages from 'hall' hold -0\.2; allowed: shares"):
        route(first_contacts(0.3), wrong)


def test_a_case_that_goes_round_for_ever_is_refused():
    loop = PASSAGES.copy()
    loop.loc[:, :] = 0.0
    loop["hall"] = 1.0
    with pytest.raises(ValueError, match="go round for ever"):
        route(first_contacts(0.3), loop)


def test_starts_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match=r"first contacts sum to 0\.6; one share for each channel"):
        route(pd.Series({**dict.fromkeys(CHANNELS, 0.0), "online": 0.6}))


def test_no_cases_are_refused():
    with pytest.raises(ValueError, match="n_cases = 0 is not allowed: 1 or more"):
        simulate_cases(0, 0.3, 1)
