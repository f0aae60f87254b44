"""Life events as graphs of steps and documents, and demand over five channels.

The four events and the passage from channel to channel are written for the course: what a step
needs, how long it takes and who has to be there are plausible, not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digigov.i18n import _

if TYPE_CHECKING:
    import networkx as nx

SPREAD = 0.5
"""Standard deviation of the logarithm of a duration (assumed)."""


@dataclass(frozen=True)
class Step:
    """One department's part of a life event.

    Attributes
    ----------
    name : str
        Unique in its event.
    department : str
        Who does it.
    days : float
        How long it takes on average, in working days; positive.
    needs : tuple of str
        Documents it cannot begin without.
    issues : str
        The document it ends with.
    present : bool
        Whether somebody has to come in person.
    """

    name: str
    department: str
    days: float
    needs: tuple[str, ...]
    issues: str
    present: bool = False


EVENTS: dict[str, tuple[Step, ...]] = {
    "birth": (
        Step("certificate", "hospital", 3, ("identity",), "birth_certificate"),
        Step("registration", "police", 5, ("birth_certificate",), "household_entry", present=True),
        Step("insurance", "medical_insurance", 7, ("household_entry",), "insured"),
        Step("card", "social_security", 15, ("household_entry", "photo"), "card"),
        Step("refund", "medical_insurance", 10, ("insured", "birth_certificate"), "refund"),
    ),
    "restaurant": (
        Step("name", "market", 1, ("identity",), "company_name"),
        Step("licence", "market", 3, ("company_name", "lease"), "licence", present=True),
        Step("fire_check", "fire", 10, ("licence", "floor_plan"), "fire_report"),
        Step("exam", "market", 5, ("licence",), "food_certificate", present=True),
        Step("food_permit", "market", 15, ("licence", "food_certificate"), "food_permit"),
        Step("signboard", "city", 5, ("licence", "design"), "signboard_permit"),
        Step("tax_entry", "tax", 2, ("licence",), "invoices"),
    ),
    "retirement": (
        Step("file_check", "social_security", 10, ("identity", "work_file"), "years_of_work"),
        Step("pension", "social_security", 15, ("years_of_work",), "pension", present=True),
        Step("insurance", "medical_insurance", 7, ("years_of_work",), "insured"),
        Step("fund_payout", "housing_fund", 3, ("pension",), "payout"),
        Step("transport_card", "city", 5, ("pension", "photo"), "transport_card"),
    ),
    "house": (
        Step("contract", "housing", 1, ("identity",), "contract", present=True),
        Step("credit_check", "bank", 10, ("contract", "income"), "approval"),
        Step("loan", "bank", 1, ("approval",), "loan", present=True),
        Step("tax_bill", "tax", 2, ("contract",), "tax_receipt"),
        Step("title", "land", 5, ("contract", "loan", "tax_receipt"), "title", present=True),
        Step("meters", "utilities", 2, ("title",), "meters"),
    ),
}
"""The steps of each life event, in the order in which an applicant would do them."""

BROUGHT = ("identity", "photo", "lease", "floor_plan", "design", "work_file", "income")
"""Documents that the applicant has: no step issues them."""


def step_names() -> dict[str, str]:
    """What each step is called, in the language of the edition."""
    return {
        "certificate": _("birth certificate"),
        "registration": _("household registration"),
        "insurance": _("medical insurance"),
        "card": _("social security card"),
        "refund": _("refund of the hospital bill"),
        "name": _("company name"),
        "licence": _("business licence"),
        "fire_check": _("fire safety check"),
        "exam": _("food safety exam"),
        "food_permit": _("food permit"),
        "signboard": _("signboard permit"),
        "tax_entry": _("tax registration"),
        "file_check": _("check of the work file"),
        "pension": _("pension decision"),
        "fund_payout": _("housing fund payout"),
        "transport_card": _("senior's transport card"),
        "contract": _("contract of sale"),
        "credit_check": _("credit check"),
        "loan": _("loan contract"),
        "tax_bill": _("deed tax"),
        "title": _("title deed"),
        "meters": _("water, power and gas"),
    }


def department_names() -> dict[str, str]:
    """What each department is called, in the language of the edition."""
    return {
        "hospital": _("hospital"),
        "police": _("police"),
        "medical_insurance": _("medical insurance agency"),
        "social_security": _("social security agency"),
        "market": _("market regulation"),
        "fire": _("fire service"),
        "city": _("city management"),
        "tax": _("tax office"),
        "housing_fund": _("housing fund"),
        "housing": _("housing bureau"),
        "bank": _("bank"),
        "land": _("natural resources bureau"),
        "utilities": _("utilities"),
    }


def graph(steps: Sequence[Step], brought: Iterable[str] = BROUGHT) -> nx.DiGraph:
    """Steps as nodes, with an edge wherever one issues a document that another needs.

    Parameters
    ----------
    steps : sequence of Step
        At least one.
    brought : iterable of str
        Documents that need not be issued.

    Returns
    -------
    networkx.DiGraph
        Nodes are the names of the steps, in order, each with its `Step` as ``step``; edges carry
        the document as ``document``. It has no cycle.

    Raises
    ------
    ValueError
        If there is no step, two share a name or issue the same document, a step takes no time,
        names its documents in a bare text, needs one that nobody issues or brings, or waits for
        itself.
    """
    import networkx as nx

    if not steps:
        raise ValueError(_("steps is empty: an event has at least one step"))
    issuer: dict[str, Step] = {}
    made = nx.DiGraph()
    for step in steps:
        if step.name in made:
            raise ValueError(_("step {name!r} occurs twice").format(name=step.name))
        if not step.days > 0:
            template = _("step {name!r}: days = {days} must be positive")
            raise ValueError(template.format(name=step.name, days=step.days))
        if step.issues in issuer:
            template = _("document {document!r} is issued twice: by {first!r} and by {second!r}")
            raise ValueError(
                template.format(
                    document=step.issues, first=issuer[step.issues].name, second=step.name
                )
            )
        if isinstance(step.needs, str):
            template = _("step {name!r}: needs = {needs!r} must be a tuple, ({needs!r},)")
            raise ValueError(template.format(name=step.name, needs=step.needs))
        issuer[step.issues] = step
        made.add_node(step.name, step=step)
    own = set(brought)
    for step in steps:
        for document in step.needs:
            if document in issuer:
                made.add_edge(issuer[document].name, step.name, document=document)
            elif document not in own:
                template = _(
                    "step {name!r} needs {document!r}, which no step issues and nobody brings"
                )
                raise ValueError(template.format(name=step.name, document=document))
    if not nx.is_directed_acyclic_graph(made):
        circle = [edge[0] for edge in nx.find_cycle(made)]
        template = _("a step waits for itself: {circle}")
        raise ValueError(template.format(circle=" → ".join([*circle, circle[0]])))
    return made


def waiting_for(event: nx.DiGraph, name: str) -> set[str]:
    """Steps that cannot begin before a step ends, directly or through others."""
    import networkx as nx

    return set(nx.descendants(event, name))


def schedule(event: nx.DiGraph, days: np.ndarray | None = None) -> pd.DataFrame:
    """When each step starts and ends if everything begins as soon as its documents are there.

    Critical path method (Kelley and Walker 1959).

    Parameters
    ----------
    event : DiGraph
        From `graph`.
    days : array, shape (n,), optional
        Durations in the order of the nodes; by default those of the steps.

    Returns
    -------
    DataFrame
        One row a step in the order of the nodes: ``start``, ``end`` (days from the beginning),
        ``slack`` (days it may be late without delaying the end) and ``critical`` (no slack).
    """
    length = [event.nodes[name]["step"].days for name in event] if days is None else days
    start, end, slack = (row[:, 0] for row in _passes(event, np.array(length, dtype=float)[None]))
    table = pd.DataFrame({"start": start, "end": end, "slack": slack}, index=list(event))
    return table.assign(critical=table["slack"] < 1e-9)


def _passes(event: nx.DiGraph, days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Starts, ends and slacks by step and draw, from durations by draw and step."""
    import networkx as nx

    place = {name: i for i, name in enumerate(event)}
    order = [
        (place[n], [place[p] for p in event.predecessors(n)]) for n in nx.topological_sort(event)
    ]
    took = days.T
    end, latest = np.zeros_like(took), np.zeros_like(took)
    for i, before in order:
        end[i] = took[i] + (end[before].max(axis=0) if before else 0)
    latest[:] = end.max(axis=0)
    for i, before in reversed(order):
        latest[before] = np.minimum(latest[before], latest[i] - took[i])
    return end - took, end, latest - end


def simulate_schedule(event: nx.DiGraph, days: np.ndarray) -> tuple[np.ndarray, pd.Series]:
    """How long draws of an event take side by side, and what they wait for.

    Parameters
    ----------
    event : DiGraph
    days : array, shape (n_draws, n_steps)
        From `draw_days`.

    Returns
    -------
    array, shape (n_draws,)
        Days to the end of the last step.
    Series
        Share of the draws in which each step is on the critical path: its criticality index (Van
        Slyke 1963, Operations Research 11(5)).
    """
    _start, end, slack = _passes(event, days)
    return end.max(axis=0), pd.Series((slack < 1e-9).mean(axis=1), index=list(event))


def draw_days(event: nx.DiGraph, n_draws: int, seed: int) -> np.ndarray:
    """Durations of the steps, drawn around their means.

    Parameters
    ----------
    event : DiGraph
    n_draws : int
        1 or more.
    seed : int
        Same seed, same draws.

    Returns
    -------
    array, shape (n_draws, n_steps)
        Lognormal with the mean of each step and `SPREAD`, in days.

    Raises
    ------
    ValueError
        If there is to be no draw.
    """
    if n_draws < 1:
        raise ValueError(f"n_draws = {n_draws} is not allowed: 1 or more")
    mean = np.array([event.nodes[name]["step"].days for name in event], dtype=float)
    normal = np.random.default_rng(seed).normal(size=(n_draws, len(mean)))
    return mean * np.exp(SPREAD * normal - SPREAD**2 / 2)


def visits_before(event: nx.DiGraph) -> int:
    """Trips if every step has its own window: one to hand in, and one more to collect.

    What is done within a day is waited for, so it takes one trip.
    """
    return sum(1 if event.nodes[name]["step"].days <= 1 else 2 for name in event)


def visit_of_each(event: nx.DiGraph, remote: Iterable[str] = ()) -> dict[str, int]:
    """In which visit each step that needs somebody present can be done at the earliest.

    Documents travel between departments, results come by post. What is left are the steps that
    need a person; two of them fit into one visit unless one has to be finished before the other can
    begin. The number of visits is the longest such chain, and fewer are impossible (Mirsky 1971,
    American Mathematical Monthly 78(8): the least number of antichains is the length of the longest
    chain).

    Parameters
    ----------
    event : DiGraph
    remote : iterable of str
        Steps that no longer need anybody present.

    Returns
    -------
    dict of str to int
        From 1; empty if nobody has to come at all.

    Raises
    ------
    ValueError
        If a remote step is not a step of the event.
    """
    import networkx as nx

    away = set(remote)
    if unknown := away - set(event):
        template = _("remote = {name!r} is not a step of the event: {steps}")
        raise ValueError(template.format(name=sorted(unknown)[0], steps=", ".join(event)))
    number: dict[str, int] = {}
    for name in nx.topological_sort(event):
        if event.nodes[name]["step"].present and name not in away:
            before = [number[one] for one in nx.ancestors(event, name) if one in number]
            number[name] = 1 + max(before, default=0)
    return number


def visits_after(event: nx.DiGraph, remote: Iterable[str] = ()) -> int:
    """Least number of visits, as `visit_of_each` counts them."""
    return max(visit_of_each(event, remote).values(), default=0)


# -------------------------------------------------------------------------------------- channels

CHANNELS = ("online", "hall", "grassroots", "anywhere", "smart")
"""Online at one stop, at a nearby hall, with help at the grassroots, at any office of the province,
and unobtrusively, without an application."""

ENDS = ("done", "given_up")

FIRST = {"online": 0.60, "hall": 0.20, "grassroots": 0.10, "anywhere": 0.10}
"""Where people turn first if nothing happens by itself (assumed)."""

PASSAGES = pd.DataFrame(
    [
        [0.00, 0.15, 0.05, 0.05, 0.00, 0.70, 0.05],
        [0.02, 0.00, 0.03, 0.00, 0.00, 0.92, 0.03],
        [0.05, 0.20, 0.00, 0.00, 0.00, 0.70, 0.05],
        [0.00, 0.12, 0.00, 0.00, 0.00, 0.85, 0.03],
        [0.10, 0.06, 0.03, 0.00, 0.00, 0.80, 0.01],
    ],
    index=list(CHANNELS),
    columns=[*CHANNELS, *ENDS],
)
"""Probability that a case goes from the channel of the row to that of the column, or ends there
(assumed)."""


def first_contacts(smart_share: float) -> pd.Series:
    """Where cases begin.

    Parameters
    ----------
    smart_share : float
        Share of cases that begin without an application, 0 to 1.

    Returns
    -------
    Series
        Indexed by `CHANNELS`, sums to 1.

    Raises
    ------
    ValueError
        If the share is outside 0 to 1.
    """
    if not 0 <= smart_share <= 1:
        template = _("smart_share = {share} is not allowed: a share from 0 to 1")
        raise ValueError(template.format(share=smart_share))
    first = {**{name: (1 - smart_share) * share for name, share in FIRST.items()}}
    return pd.Series({**first, "smart": smart_share}).loc[list(CHANNELS)]


def route(first: pd.Series, passages: pd.DataFrame = PASSAGES) -> pd.DataFrame:
    """Expected contacts of a case with each channel, and how it ends there.

    The channels are the transient states of an absorbing Markov chain (Kemeny and Snell 1960,
    chapter 3): expected contacts are the starts times the fundamental matrix.

    Parameters
    ----------
    first : Series, shape (n,)
        Share of cases that begin at each channel; sums to 1.
    passages : DataFrame, shape (n, n + 2)
        Channels in rows, channels and `ENDS` in columns; rows sum to 1.

    Returns
    -------
    DataFrame, n rows
        ``contacts`` (expected number a case), ``done`` and ``given_up`` (probability that a case
        ends there in that way; the two columns together sum to 1).

    Raises
    ------
    ValueError
        If shares do not sum to 1, are negative, or a case could go round for ever.
    """
    channels = list(passages.index)
    if list(passages.columns) != [*channels, *ENDS]:
        raise ValueError(_("the columns of passages must be its rows, then done and given_up"))
    matrix = passages.to_numpy(dtype=float)
    for name, row in zip(channels, matrix, strict=True):
        if not (row >= 0).all():
            template = _("passages from {name!r} hold {value:.3g}; allowed: shares from 0 to 1")
            wrong = row[~(row >= 0)][0]
            raise ValueError(template.format(name=name, value=wrong))
        if abs(row.sum() - 1) > 1e-9:
            template = _(
                "passages from {name!r} sum to {total:.3g}; probabilities that sum to 1 are allowed"
            )
            raise ValueError(template.format(name=name, total=row.sum()))
    start = first.reindex(channels).to_numpy(dtype=float)
    if np.isnan(start).any() or (start < 0).any() or abs(start.sum() - 1) > 1e-9:
        template = _("first contacts sum to {total:.3g}; one share for each channel, sum 1")
        raise ValueError(template.format(total=np.nansum(start)))
    inner, out = matrix[:, : len(channels)], matrix[:, len(channels) :]
    if np.abs(np.linalg.eigvals(inner)).max() > 1 - 1e-9:
        raise ValueError(_("passages: a case could go round for ever, since no channel ends it"))
    contacts = np.linalg.solve((np.eye(len(channels)) - inner).T, start)
    ended = contacts[:, None] * out
    return pd.DataFrame({"contacts": contacts, **dict(zip(ENDS, ended.T, strict=True))}, channels)


def simulate_cases(n_cases: int, smart_share: float, seed: int) -> pd.Series:
    """Send cases one by one through the channels.

    Parameters
    ----------
    n_cases : int
        1 or more.
    smart_share : float
    seed : int
        Same seed, same cases.

    Returns
    -------
    Series
        Contacts a case with each of `CHANNELS`, and ``given_up``, the share of cases.

    Raises
    ------
    ValueError
        If there is no case.
    """
    if n_cases < 1:
        raise ValueError(f"n_cases = {n_cases} is not allowed: 1 or more")
    rng = np.random.default_rng(seed)
    first = first_contacts(smart_share).to_numpy()
    edges = PASSAGES.to_numpy().cumsum(axis=1)
    at = rng.choice(len(CHANNELS), size=n_cases, p=first)
    counts = np.zeros(len(CHANNELS) + len(ENDS))
    while len(at):
        counts += np.bincount(at, minlength=len(counts))
        at = at[at < len(CHANNELS)]
        drawn = rng.random(len(at))[:, None]
        at = np.minimum((drawn > edges[at]).sum(axis=1), edges.shape[1] - 1)
    result = pd.Series(counts / n_cases, index=[*CHANNELS, *ENDS])
    return result.drop("done")
