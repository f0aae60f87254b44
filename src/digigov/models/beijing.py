"""Working models of lesson 11: what a shared base costs and saves, and a swift-response desk.

Model 1 is arithmetic. Applications either build every component for themselves or stand on one
base that is written for reuse; components fail independently of one another, and an application is
out whenever one that it stands on is.

Model 2 is a discrete-event simulation of a complaints desk (simpy). Calls arrive at random;
enquiries are answered at once, complaints go to departments, whose staff have two things to do for
each: call the citizen, and do the work. Staff rewarded for one indicator take the task that brings
the most of it per hour (the c-mu rule of scheduling). That agents with several tasks move their
effort to what is measured is the theory of Holmström and Milgrom ("Multitask principal-agent
analyses", Journal of Law, Economics, and Organization 7, 1991).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import pandas as pd
import simpy
from scipy.stats import binom

from digigov.i18n import _

HOURS_A_YEAR = 8760

COMPLAINT_SHARE = 0.415
"""Complaints among all cases, 2019 to November 2021 (`platform_series`); the rest are enquiries."""

STAFF = 18
"""Staff of all departments together, at any hour. Assumed."""

RESPONSE_HOURS = 24
"""A call back within this time counts as a response. Assumed."""

DEADLINE_HOURS = 48
"""Work that nobody has begun by then is closed as unresolved. Assumed."""

WORK_HOURS, WORK_SIGMA = 2.25, 1.0
"""Mean length of the work on a complaint, and the standard deviation of its logarithm. Assumed; the
mean is chosen so that with six departments, 22 calls an hour and all indicators rewarded the desk
resolves as much as Beijing E-Town printed for 2022 (96.2 %)."""

HARD_HOURS = 4.0
"""Work longer than this makes a complaint a hard one."""

CALL_HOURS, CAREFUL_CALL_HOURS, INTERRUPTION_HOURS = 0.2, 0.6, 0.3
"""Length of a call to the citizen; of one that explains, listens and consoles; and what it takes to
find back into the work that was dropped for a call. Assumed."""

MISROUTED, TRANSFER_HOURS = 0.1, 0.25
"""Share of complaints first sent to a wrong department, and what it costs to pass one on. Assumed."""

WARM_UP_HOURS, MEASURED_HOURS = 48, 96
"""The desk starts empty: only complaints of the hours after the warm-up are counted."""

INDICATORS = ("response", "resolution", "satisfaction")

REWARDS = ("all", *INDICATORS)
"""What the staff are rewarded for: all three indicators, or one of them alone."""


@dataclass(frozen=True)
class Satisfaction:
    """Shares of the citizens who are satisfied, by what became of their complaint, 0 to 1.

    Parameters
    ----------
    if_resolved, if_not : float
        By outcome.
    after_careful_call : float
        Unresolved, but with a careful call. Assumed: no source prints it.

    Raises
    ------
    ValueError
        If one of them is outside 0 to 1.
    """

    if_resolved: float
    if_not: float
    after_careful_call: float = 0.6

    def __post_init__(self) -> None:
        for name, share in vars(self).items():
            if not 0 <= share <= 1:
                raise ValueError(f"{name} = {share} is not allowed; allowed: a share from 0 to 1")


# ------------------------------------------------------------------------------ the shared base


def build_costs(n_applications: int, writing: float, reusing: float, copies: int = 1) -> pd.Series:
    """Cost of a component that several applications need, apart and on a shared base.

    Parameters
    ----------
    n_applications : int
        Applications that need the component, at least 1.
    writing : float
        Relative cost of writing for reuse: a shared component over one for a single application.
    reusing : float
        Relative cost of reuse: connecting an application to it over writing its own.
    copies : int
        Independent copies of the shared component.

    Returns
    -------
    Series
        ``apart`` and ``shared``, in costs of one component written for one application.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    _at_least_one("n_applications", n_applications)
    _at_least_one("copies", copies)
    _check_costs(writing, reusing)
    shared = copies * writing + n_applications * reusing
    return pd.Series({"apart": float(n_applications), "shared": shared})


def break_even(writing: float, reusing: float, copies: int = 1) -> float:
    """Number of applications at which a shared base costs as much as building apart.

    Returns
    -------
    float
        Not a whole number in general; infinite if reuse saves nothing.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    _at_least_one("copies", copies)
    _check_costs(writing, reusing)
    return copies * writing / (1 - reusing) if reusing < 1 else math.inf


def base_availability(availability: float, n_components: int) -> float:
    """Availability of an application that needs all of its components at the same time.

    Parameters
    ----------
    availability : float
        Of one component: share of the time in which it works, above 0 and below 1.
    n_components : int
        Components in series, at least 1.

    Raises
    ------
    ValueError
        If there is no component, or the availability is 0 or 1 or beyond.
    """
    _at_least_one("n_components", n_components)
    _check_availability(availability)
    return availability**n_components


def applications_out(n_applications: int, availability: float) -> pd.DataFrame:
    """Distribution of the number of applications that are out at a random moment.

    Parameters
    ----------
    n_applications : int
        At least 1.
    availability : float
        Of what one application stands on, above 0 and below 1.

    Returns
    -------
    DataFrame, shape (n_applications + 1, 2)
        By number out, from none to all: ``apart``, where they fail independently, and ``shared``,
        where they fail together. Each column sums to 1, and both have the same mean.

    Raises
    ------
    ValueError
        If there is no application, or the availability is 0 or 1 or beyond.
    """
    _at_least_one("n_applications", n_applications)
    _check_availability(availability)
    out = np.arange(n_applications + 1)
    shared = np.zeros(n_applications + 1)
    shared[0], shared[-1] = availability, 1 - availability
    apart = binom.pmf(out, n_applications, 1 - availability)
    return pd.DataFrame(
        {"apart": apart, "shared": shared}, index=pd.Index(out, name="applications_out")
    )


def outage_loss(n_applications: int, availability: float, exponent: float) -> pd.Series:
    """Expected loss by outages, if an hour with x applications out counts as ``x ** exponent``.

    Parameters
    ----------
    n_applications, availability
        As for `applications_out`.
    exponent : float
        0 counts an outage once, however many applications it takes; 1 counts applications; more
        than 1 counts an outage more than in proportion to the applications that fail together.

    Returns
    -------
    Series
        ``apart`` and ``shared``, in hours a year with one application out.

    Raises
    ------
    ValueError
        If `exponent` is negative, or as for `applications_out`.
    """
    if exponent < 0:
        raise ValueError(f"exponent = {exponent} is negative; allowed: 0 or more")
    distribution = applications_out(n_applications, availability).iloc[1:]
    weights = distribution.index.to_numpy(dtype=float) ** exponent
    return HOURS_A_YEAR * distribution.mul(weights, axis="index").sum()


def net_saving(
    n_applications: int,
    availability: float,
    writing: float,
    reusing: float,
    *,
    n_components: int,
    exponent: float,
    hour_cost: float,
    years: float,
) -> float:
    """What a shared base saves in building, less what it adds to the loss by outages.

    Parameters
    ----------
    n_applications, writing, reusing
        As for `build_costs`.
    availability : float
        Of one component.
    n_components : int
        Components of the base.
    exponent : float
        As for `outage_loss`.
    hour_cost : float
        Cost of an hour with one application out, in costs of one component. Not negative.
    years : float
        Over how many years outages are counted. Not negative.

    Returns
    -------
    float
        In costs of one component written for one application; negative if sharing loses.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if hour_cost < 0 or years < 0:
        raise ValueError(f"hour_cost = {hour_cost} and years = {years} must not be negative")
    cost = build_costs(n_applications, writing, reusing)
    loss = outage_loss(n_applications, base_availability(availability, n_components), exponent)
    price = hour_cost * years * (loss["shared"] - loss["apart"])
    return float(n_components * (cost["apart"] - cost["shared"]) - price)


def _at_least_one(name: str, value: float) -> None:
    if value < 1 or value != int(value):
        template = _("{name} = {value} is not allowed; allowed: a whole number from 1 on")
        raise ValueError(template.format(name=name, value=value))


def _check_availability(availability: float) -> None:
    if not 0 < availability < 1:
        template = _(
            "availability = {availability} is not allowed; allowed: above 0 and below 1, because "
            "nothing works always and what never works needs no base"
        )
        raise ValueError(template.format(availability=availability))


def _check_costs(writing: float, reusing: float) -> None:
    if not (writing > 0 and reusing >= 0):
        template = _(
            "writing = {writing}, reusing = {reusing} are not allowed; allowed: writing above 0, "
            "reusing 0 or more"
        )
        raise ValueError(template.format(writing=writing, reusing=reusing))


# --------------------------------------------------------------------------- the published rates


def satisfaction_by_outcome(
    resolution: Sequence[float], satisfaction: Sequence[float]
) -> Satisfaction:
    """Shares satisfied among the resolved and the unresolved, from two pairs of printed rates.

    By total probability, satisfaction is ``resolved * a + unresolved * b``; two pairs fix a and b,
    if these did not change between the two dates.

    Parameters
    ----------
    resolution, satisfaction : sequences of two floats
        Rates from 0 to 1, in the same order.

    Raises
    ------
    ValueError
        If both resolution rates are the same, so that nothing can be told apart; or if a share
        comes out below 0 or above 1, which refutes the assumption.
    """
    if resolution[0] == resolution[1]:
        raise ValueError(
            f"resolution = {list(resolution)} holds one rate twice; allowed: two different rates"
        )
    equations = np.array([[rate, 1 - rate] for rate in resolution])
    resolved, unresolved = np.linalg.solve(equations, np.asarray(satisfaction, dtype=float))
    return Satisfaction(float(resolved), float(unresolved))


# ------------------------------------------------------------------------- the swift-response desk


def draw_cases(arrivals_per_hour: float, n_departments: int, seed: int) -> pd.DataFrame:
    """Draw the calls that reach the desk, the same ones whatever is rewarded.

    Parameters
    ----------
    arrivals_per_hour : float
        Mean of the Poisson arrivals, positive.
    n_departments : int
        1 to `STAFF`. With one department nothing can be sent to a wrong one.
    seed : int
        Same seed, same calls.

    Returns
    -------
    DataFrame
        One row a call in order of arrival: ``arrived`` (hours), ``is_complaint``, ``department``
        (the one that is competent) and ``sent_to`` (where the desk sends it first), ``work_hours``,
        ``mood`` (uniform on 0 to 1; decides who is satisfied).

    Raises
    ------
    ValueError
        If `arrivals_per_hour` or `n_departments` is out of its range.
    """
    if not (math.isfinite(arrivals_per_hour) and arrivals_per_hour > 0):
        template = _("arrivals_per_hour = {value} is not allowed; allowed: above 0")
        raise ValueError(template.format(value=arrivals_per_hour))
    _check_departments(n_departments)
    random = np.random.default_rng(seed)
    hours = WARM_UP_HOURS + MEASURED_HOURS + DEADLINE_HOURS
    n = random.poisson(arrivals_per_hour * hours)
    department = random.integers(n_departments, size=n)
    elsewhere = (department + random.integers(1, max(n_departments, 2), size=n)) % n_departments
    misrouted = random.random(n) < MISROUTED
    return pd.DataFrame(
        {
            "arrived": np.sort(random.uniform(0, hours, n)),
            "is_complaint": random.random(n) < COMPLAINT_SHARE,
            "department": department,
            "sent_to": np.where(misrouted, elsewhere, department),
            "work_hours": WORK_HOURS * random.lognormal(-(WORK_SIGMA**2) / 2, WORK_SIGMA, size=n),
            "mood": random.random(n),
        }
    )


def run_desk(
    cases: pd.DataFrame, rewarded: str, n_departments: int, satisfaction: Satisfaction
) -> pd.DataFrame:
    """Let the desk work on the calls, and see when citizens hear from it and get a solution.

    The staff are shared out over the departments as evenly as possible. Rewarded for

    - ``"all"``, they take calls and work in the order in which they are due;
    - ``"response"``, they drop everything for a call, then work in order of arrival;
    - ``"resolution"``, they do the shortest work first, and call when nothing is left to do;
    - ``"satisfaction"``, they rank work and careful calls by the satisfaction gained per hour.

    Parameters
    ----------
    cases : DataFrame
        From `draw_cases`, with the same number of departments.
    rewarded : str
        One of `REWARDS`.
    n_departments : int
        1 to `STAFF`.
    satisfaction : Satisfaction
        What the staff know about the citizens.

    Returns
    -------
    DataFrame
        The complaints, with ``responded`` and ``resolved`` (hours; missing where it never
        happened) and ``carefully`` (whether the citizen had a careful call).

    Raises
    ------
    ValueError
        If `rewarded` is unknown, or the departments do not fit the staff or the cases.
    """
    if rewarded not in REWARDS:
        template = _("rewarded = {rewarded!r} is not known; allowed: {allowed}")
        allowed = ", ".join(map(repr, REWARDS))
        raise ValueError(template.format(rewarded=rewarded, allowed=allowed))
    _check_departments(n_departments)
    complaints = cases[cases["is_complaint"]].reset_index(drop=True)
    if len(complaints) and complaints["department"].max() >= n_departments:
        template = _(
            "n_departments = {n_departments} is too few for these cases: they name {named}"
        )
        named = complaints["department"].max() + 1
        raise ValueError(template.format(n_departments=n_departments, named=named))
    return _Desk(complaints, rewarded, n_departments, satisfaction).run()


def _check_departments(n_departments: int) -> None:
    if not 1 <= n_departments <= STAFF or n_departments != int(n_departments):
        template = _(
            "n_departments = {n_departments} is not allowed; allowed: a whole number from 1 to "
            "{staff}, so that each department has somebody"
        )
        raise ValueError(template.format(n_departments=n_departments, staff=STAFF))


class _Desk:
    """One run of the desk; a task is a tuple that sorts by its urgency."""

    def __init__(
        self,
        complaints: pd.DataFrame,
        rewarded: str,
        n_departments: int,
        satisfaction: Satisfaction,
    ) -> None:
        self.complaints = complaints
        self.rewarded = rewarded
        self.satisfaction = satisfaction
        self.call_hours = {
            "response": CALL_HOURS + INTERRUPTION_HOURS,
            "satisfaction": CAREFUL_CALL_HOURS,
        }.get(rewarded, CALL_HOURS)
        # Lists are read and written one element at a time far faster than a table.
        self.arrived = complaints["arrived"].tolist()
        self.competent = complaints["department"].tolist()
        self.holder = complaints["sent_to"].tolist()
        self.work_hours = complaints["work_hours"].tolist()
        self.responded = [math.nan] * len(complaints)
        self.resolved = [math.nan] * len(complaints)
        self.carefully = [False] * len(complaints)
        self.environment = simpy.Environment()
        self.gains = {
            "all": (0.0, 0.0),
            "response": (0.0, 1.0),
            "resolution": (1.0, 0.0),
            "satisfaction": (
                satisfaction.if_resolved - satisfaction.if_not,
                satisfaction.after_careful_call - satisfaction.if_not,
            ),
        }[rewarded]
        # Of each department: its tasks as a heap, and the staff who wait for one. A PriorityStore
        # of simpy makes two events of each task, most of which are pointless when their turn comes.
        self.tasks: list[list[tuple]] = [[] for _n in range(n_departments)]
        self.waiting: list[deque[simpy.Event]] = [deque() for _n in range(n_departments)]
        self.staff = [len(part) for part in np.array_split(np.arange(STAFF), n_departments)]

    def run(self) -> pd.DataFrame:
        self.environment.process(self._dispatch())
        for department, n in enumerate(self.staff):
            for _worker in range(n):
                self.environment.process(self._work(department))
        self.environment.run()
        return self.complaints.assign(
            responded=np.array(self.responded, dtype=float),
            resolved=np.array(self.resolved, dtype=float),
            carefully=np.array(self.carefully, dtype=bool),
        )

    def _dispatch(self) -> Generator[simpy.Event, None, None]:
        for case, arrived in enumerate(self.arrived):
            yield self.environment.timeout(arrived - self.environment.now)
            self._hand_to(self.holder[case], case)

    def _hand_to(self, department: int, case: int) -> None:
        self.holder[case] = department
        tasks, waiting = self.tasks[department], self.waiting[department]
        for is_work in (False, True):
            heappush(tasks, (*self._urgency(case, is_work), case, is_work))
        while tasks and waiting:
            waiting.popleft().succeed(heappop(tasks))

    def _urgency(self, case: int, is_work: bool) -> tuple[float, float]:
        arrived, hours = self.arrived[case], self.work_hours[case]
        if self.rewarded == "all":
            return arrived + (DEADLINE_HOURS if is_work else RESPONSE_HOURS), 0
        by_work, by_call = self.gains
        return -(by_work / hours if is_work else by_call / self.call_hours), arrived

    def _work(self, department: int) -> Generator[simpy.Event, tuple, None]:
        tasks, waiting, environment = (
            self.tasks[department],
            self.waiting[department],
            self.environment,
        )
        while True:
            if tasks:
                task = heappop(tasks)
            else:
                waiting.append(environment.event())
                task = yield waiting[-1]
            *_urgency, case, is_work = task
            if self.holder[case] != department or self._is_over(case, is_work):
                continue
            if self.competent[case] != department:
                # Taken out of the other's hands at once, so that it is passed on only once.
                self.holder[case] = self.competent[case]
                yield environment.timeout(TRANSFER_HOURS)
                self._hand_to(self.competent[case], case)
            elif is_work:
                yield environment.timeout(self.work_hours[case])
                self.resolved[case] = environment.now
                if math.isnan(self.responded[case]):
                    self.responded[case] = environment.now
            else:
                yield environment.timeout(self.call_hours)
                self.carefully[case] = self.rewarded == "satisfaction"
                if math.isnan(self.responded[case]):
                    self.responded[case] = environment.now

    def _is_over(self, case: int, is_work: bool) -> bool:
        """Whether a task is pointless: the case is closed, or the citizen knows the outcome."""
        closed = self.environment.now > self.arrived[case] + DEADLINE_HOURS
        return closed or not (is_work or math.isnan(self.responded[case]))


def indicators(complaints: pd.DataFrame, satisfaction: Satisfaction) -> pd.Series:
    """The three indicators of a run, and two that nobody rewards.

    Parameters
    ----------
    complaints : DataFrame
        From `run_desk`.
    satisfaction : Satisfaction

    Returns
    -------
    Series
        In percent of the complaints counted: ``response`` (heard from within `RESPONSE_HOURS`),
        ``resolution``, ``satisfaction``; ``hard`` (resolution of the hard ones) and ``easy``. An
        empty group counts as served in full: nobody in it waits.
    """
    counted = complaints[
        complaints["arrived"].between(WARM_UP_HOURS, WARM_UP_HOURS + MEASURED_HOURS)
    ]
    resolved = counted["resolved"].notna()
    unresolved = np.where(
        counted["carefully"], satisfaction.after_careful_call, satisfaction.if_not
    )
    hard = counted["work_hours"] > HARD_HOURS
    shares = {
        "response": counted["responded"] - counted["arrived"] <= RESPONSE_HOURS,
        "resolution": resolved,
        "satisfaction": counted["mood"] < np.where(resolved, satisfaction.if_resolved, unresolved),
        "hard": resolved[hard],
        "easy": resolved[~hard],
    }
    return pd.Series({name: 100 * s.mean() if len(s) else 100.0 for name, s in shares.items()})


def compare_rewards(
    arrivals_per_hour: float,
    n_departments: int,
    seeds: Sequence[int],
    satisfaction: Satisfaction,
    rewards: Sequence[str] = REWARDS,
) -> pd.DataFrame:
    """Run the desk on the same calls once for every reward, and again for every seed.

    Parameters
    ----------
    arrivals_per_hour, n_departments
        As for `draw_cases`.
    seeds : sequence of int
        One week of calls each.
    satisfaction : Satisfaction
    rewards : sequence of str
        Some of `REWARDS`.

    Returns
    -------
    DataFrame
        One row a seed and reward: ``seed``, ``rewarded``, and what `indicators` gives.
    """
    rows = []
    for seed in seeds:
        cases = draw_cases(arrivals_per_hour, n_departments, seed)
        for rewarded in rewards:
            complaints = run_desk(cases, rewarded, n_departments, satisfaction)
            rows.append(
                {"seed": seed, "rewarded": rewarded, **indicators(complaints, satisfaction)}
            )
    return pd.DataFrame(rows)
