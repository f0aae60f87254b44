"""Medical bills across provinces: who is treated where, who owes whom, and what has to be paid.

Money is a whole number of fen, from the first bill to the last payment: a sum of binary fractions
would not come out even. Only proportions are floating-point numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import shortest_path

from digigov.i18n import _

FEN = 100
"""Fen in a yuan."""

BILL_SIGMA = 1.5
"""Spread of the logarithm of a bill (assumed): a few stays in hospital among many prescriptions."""

DESTINATIONS = ("110000", "310000", "330000", "320000")
"""Codes of the provinces that a study of 5 994 624 inpatients of 2019 names as preferred
destinations ("Cross-provincial inpatient mobility patterns and their determinants in China", BMC
Health Services Research 2024, doi:10.1186/s12913-024-11436-8)."""

ORIGINS = ("340000", "410000", "130000", "320000")
"""Codes of the provinces that the same study names as main sources of patients."""

# --------------------------------------------------------------------------------------- flows


def tile_distances(provinces: pd.DataFrame) -> pd.DataFrame:
    """Distances between provinces along the tile map, each tile as wide as its province.

    A province is taken for a disc of its area. From the middle of one to the middle of the next is
    the sum of their radii, and provinces that do not touch are reached through others, by the
    shortest way.

    Parameters
    ----------
    provinces : DataFrame, n rows
        With ``area_km2`` (km²), ``grid_row`` and ``grid_col``, indexed by code.

    Returns
    -------
    DataFrame, shape (n, n)
        In kilometres, symmetric, zero on the diagonal.

    Raises
    ------
    ValueError
        If a province has no place on the map, or cannot be reached.
    """
    places = provinces[["area_km2", "grid_row", "grid_col"]]
    if places.isna().any(axis=None):
        lost = ", ".join(map(str, provinces.index[places.isna().any(axis="columns")]))
        raise ValueError(f"no area or no place on the tile map: {lost}")
    radius = np.sqrt(provinces["area_km2"].to_numpy(float) / np.pi)
    row, column = (provinces[name].to_numpy(float) for name in ("grid_row", "grid_col"))
    touch = np.abs(np.subtract.outer(row, row)) + np.abs(np.subtract.outer(column, column)) == 1
    distances = shortest_path(np.where(touch, np.add.outer(radius, radius), 0), directed=False)
    if np.isinf(distances).any():
        raise ValueError("the tiles do not make one map: some provinces cannot be reached")
    return pd.DataFrame(distances, index=provinces.index, columns=provinces.index)


def gravity(
    people: pd.Series, pull: pd.Series, distances: pd.DataFrame, distance_decay: float
) -> pd.DataFrame:
    """Share of all visits that each pair of provinces makes.

    The flow from home ``i`` to host ``j`` is proportional to ``people[i] * pull[j] / d ** decay``
    (gravity models of patient flows: Lowe and Sen 1996, Journal of Regional Science 36(3)). Visits
    at home are left out: nobody has to settle them with another province.

    Parameters
    ----------
    people : Series, shape (n,)
        Who may travel from each province.
    pull : Series, shape (n,)
        What draws patients to each province, in any unit.
    distances : DataFrame, shape (n, n)
        In any unit, from home (rows) to host (columns).
    distance_decay : float
        0: distance does not matter.

    Returns
    -------
    DataFrame, shape (n, n)
        Homes in rows, hosts in columns; sums to one, zero on the diagonal.

    Raises
    ------
    ValueError
        If the provinces of the three differ, or `people` or `pull` is not positive.
    """
    if not (people.index.equals(pull.index) and people.index.equals(distances.index)):
        raise ValueError("people, pull and distances must list the same provinces in one order")
    for name, mass in (("people", people), ("pull", pull)):
        if not (mass > 0).all():
            raise ValueError(f"{name} must be positive in every province")
    away = distances.to_numpy(float, copy=True)
    np.fill_diagonal(away, np.inf)
    # Relative to the nearest pair, else a large power of kilometres underflows.
    nearness = (away.min() / away) ** distance_decay if distance_decay else np.isfinite(away)
    flows = np.outer(people, pull) * nearness
    return pd.DataFrame(flows / flows.sum(), index=people.index, columns=people.index)


def flows(provinces: pd.DataFrame, attraction: float, distance_decay: float) -> pd.DataFrame:
    """Gravity between provinces, from their people, output and tiles.

    Parameters
    ----------
    provinces : DataFrame, n rows
        With ``pop_2022_10k`` and ``gdp_2022_100m_yuan``, and what `tile_distances` takes.
    attraction : float
        Exponent of output a head, relative to the mean of the provinces; 0: rich provinces draw no
        more patients than their population does.
    distance_decay : float

    Returns
    -------
    DataFrame, shape (n, n)
        See `gravity`.
    """
    people = provinces["pop_2022_10k"]
    wealth = provinces["gdp_2022_100m_yuan"] / people
    pull = people * (wealth / wealth.mean()) ** attraction
    return gravity(people, pull, tile_distances(provinces), distance_decay)


# --------------------------------------------------------------------------------------- bills


def payments_fen(series: pd.DataFrame, n_visits: int) -> int:
    """What insurance pays for some settlements at the mean of 2023, in fen without a remainder.

    Parameters
    ----------
    series : DataFrame
        The dataset ``platform_series``: payments spared (yuan) and settlements of 2023.
    n_visits : int
    """
    settled = series.query("entity == 'cross_province_settlement' and period == '2023'")
    value = settled.set_index("metric")["value"]
    return int(value["advances_spared"]) * FEN * n_visits // int(value["cases"])


def apportion(total: int, weights: Iterable[int]) -> np.ndarray:
    """Whole fen in proportion to some weights, which add up to the total exactly.

    Largest remainders (Hamilton's method): everyone gets the quota without its fraction, and the
    fen left over go one by one to the largest fractions; of equal ones the first in order goes
    first. Nobody is a whole fen away from the quota (Balinski and Young 1979, Mathematics of
    Operations Research 4(1), call this "satisfies quota").

    Parameters
    ----------
    total : int
        In fen, not negative.
    weights : iterable of int
        Not negative and not all zero.

    Returns
    -------
    ndarray of int64
        In fen, in the order of the weights.

    Raises
    ------
    ValueError
        If `total` or a weight is not a whole number or is negative, or all weights are zero.
    """
    weights = np.asarray(list(weights) if not isinstance(weights, np.ndarray) else weights)
    if not (isinstance(total, int | np.integer) and np.issubdtype(weights.dtype, np.integer)):
        raise ValueError(f"total = {total!r} and the weights must be whole numbers")
    if total < 0 or (weights < 0).any():
        raise ValueError(f"total = {total} and the weights cannot be negative")
    overflows = int(weights.max(initial=0)) * len(weights) >= 2**63
    total, whole = int(total), sum(weights.tolist()) if overflows else int(weights.sum())
    if whole == 0:
        raise ValueError("all weights are zero: nobody to give the total to")
    each, rest = divmod(total, whole)
    if max(whole, total) * int(weights.max()) >= 2**63:
        # Python's own integers do not overflow; they take longer.
        weights = weights.astype(object)
    shares = each * weights + rest * weights // whole
    left, fractions = total - int(shares.sum()), rest * weights % whole
    if left:
        # The least fraction that gets a fen; to sort them all would take five times as long.
        least = np.partition(fractions, -left)[-left]
        larger, equal = fractions > least, np.flatnonzero(fractions == least)
        shares[larger] += 1
        shares[equal[: left - int(larger.sum())]] += 1
    return shares.astype(np.int64)


def draw_bills(shares: pd.DataFrame, n_visits: int, total_fen: int, seed: int) -> pd.DataFrame:
    """Draw visits at random, with bills that add up to a total exactly.

    Parameters
    ----------
    shares : DataFrame, shape (n, n)
        From `gravity`.
    n_visits : int
    total_fen : int
        What the insurance funds pay for all visits together.
    seed : int
        Same seed, same bills.

    Returns
    -------
    DataFrame
        One row a visit, in the order in which they happen: ``card`` (province where the patient is
        insured), ``host`` (province of the hospital), ``billed`` (province that gets the bill, here
        the one of the card) and ``fen`` (the part that insurance pays, lognormal).
    """
    random = np.random.default_rng(seed)
    pair = random.choice(shares.size, size=n_visits, p=shares.to_numpy().ravel())
    card, host = (
        pd.Categorical.from_codes(codes, shares.index) for codes in divmod(pair, len(shares))
    )
    # A thousandth of the median bill is fine enough a weight.
    weights = np.ceil(1000 * random.lognormal(sigma=BILL_SIGMA, size=n_visits)).astype(np.int64)
    fen = apportion(total_fen, weights)
    return pd.DataFrame({"card": card, "host": host, "billed": card, "fen": fen})


def misbill(
    bills: pd.DataFrame, host: str, provinces: pd.Index, percent: float, seed: int
) -> pd.DataFrame:
    """Let the hospitals of a province pick the wrong line of a list.

    Parameters
    ----------
    bills : DataFrame
        From `draw_bills`.
    host : str
        Province of the hospitals.
    provinces : Index
        The list: a slip bills the province one line below the right one, never the host itself.
    percent : float
        Of the bills of these hospitals, 0 to 100.
    seed : int
        Which of them.

    Returns
    -------
    DataFrame
        A copy; only ``billed`` differs.

    Raises
    ------
    ValueError
        If `host` is not a province, or `percent` is not a percentage.
    """
    if host not in provinces:
        raise ValueError(f"host = {host!r} is not one of the {len(provinces)} provinces")
    if not 0 <= percent <= 100:
        raise ValueError(f"percent = {percent} must lie between 0 and 100")
    theirs = np.flatnonzero(bills["host"] == host)
    slips = np.random.default_rng(seed).permutation(theirs)[: round(len(theirs) * percent / 100)]
    listed = provinces.drop(host)
    below = pd.Series(np.roll(listed, -1), index=listed)
    billed = bills["billed"].astype(object).to_numpy(copy=True)
    billed[slips] = below[billed[slips]].to_numpy()
    return bills.assign(billed=pd.Categorical(billed, categories=provinces))


# ------------------------------------------------------------------------------------- netting


def post(bills: pd.DataFrame, provinces: pd.Index) -> pd.DataFrame:
    """Add up bills to what each province owes each other.

    Parameters
    ----------
    bills : DataFrame
        With ``billed`` and ``host`` (provinces) and ``fen`` (whole numbers).
    provinces : Index, n provinces
        The members of the clearing.

    Returns
    -------
    DataFrame of int64, shape (n, n)
        ``owed.loc[a, b]`` is what province ``a`` owes province ``b``, in fen.

    Raises
    ------
    ValueError
        If a bill names a province that is not a member, or an amount is negative or not in whole
        fen.
    """
    positions = []
    for column in ("billed", "host"):
        position = provinces.get_indexer(bills[column])
        if (position < 0).any():
            first = int((position < 0).argmax())
            # A lesson shows this one, so it is said in the lesson's language.
            template = _(
                "bill {bill}: {column} = {value!r} is not one of the {n} provinces; "
                "nothing was posted"
            )
            value = bills[column].iloc[first]
            raise ValueError(
                template.format(
                    bill=bills.index[first], column=column, value=value, n=len(provinces)
                )
            )
        positions.append(position)
    if not pd.api.types.is_integer_dtype(bills["fen"]):
        raise ValueError(f"fen must be whole numbers, not {bills['fen'].dtype}")
    if (bills["fen"] < 0).any():
        raise ValueError("an amount cannot be negative: a refund is a bill the other way")
    owed = np.zeros((len(provinces), len(provinces)), dtype=np.int64)
    np.add.at(owed, tuple(positions), bills["fen"].to_numpy())
    return pd.DataFrame(owed, index=provinces, columns=provinces)


def _square(owed: pd.DataFrame) -> None:
    if not owed.index.equals(owed.columns):
        raise ValueError("rows and columns must list the same provinces in the same order")
    if (owed < 0).to_numpy().any():
        raise ValueError("an amount owed cannot be negative")


def net_positions(owed: pd.DataFrame) -> pd.Series:
    """Net position of each province after multilateral netting.

    Bilateral and multilateral netting as the Report of the Committee on Interbank Netting Schemes
    (Bank for International Settlements 1990) defines them.

    Parameters
    ----------
    owed : DataFrame, shape (n, n)
        From `post`.

    Returns
    -------
    Series, shape (n,)
        What each province receives (positive) or pays (negative). Sums to zero.

    Raises
    ------
    ValueError
        If rows and columns differ, or an amount is negative.
    """
    _square(owed)
    return owed.sum(axis="index") - owed.sum(axis="columns")


def bilateral(owed: pd.DataFrame) -> pd.DataFrame:
    """What is left of each pair of debts when the smaller is set off against the larger.

    Parameters
    ----------
    owed : DataFrame, shape (n, n)

    Returns
    -------
    DataFrame, shape (n, n)
        At most one of two provinces still owes the other.

    Raises
    ------
    ValueError
        As for `net_positions`.
    """
    _square(owed)
    return (owed - owed.T).clip(lower=0)


def moved(owed: pd.DataFrame) -> pd.Series:
    """Money that changes provinces under three ways of settling the same debts.

    Parameters
    ----------
    owed : DataFrame, shape (n, n)
        Amounts in fen, or proportions.

    Returns
    -------
    Series
        ``gross`` (every debt is paid), ``bilateral`` (each pair pays its difference) and
        ``multilateral`` (each province pays or receives its net position, through one account).
        None is larger than the one before.

    Raises
    ------
    ValueError
        As for `net_positions`.
    """
    _square(owed)
    debts = owed.to_numpy()
    return pd.Series(
        {
            "gross": debts.sum() - debts.trace(),
            "bilateral": np.clip(debts.T - debts, 0, None).sum(),
            "multilateral": np.clip(debts.sum(axis=0) - debts.sum(axis=1), 0, None).sum(),
        }
    )


def moved_in_runs(bills: pd.DataFrame, provinces: pd.Index, visits_per_run: int) -> int:
    """Money that moves if bills are netted multilaterally in several runs, one after the other.

    Parameters
    ----------
    bills : DataFrame
        In the order in which they come in.
    provinces : Index
    visits_per_run : int
        Bills netted together; the last run may hold fewer.

    Returns
    -------
    int
        In fen: the sum over all runs. Netting them all at once never moves more.

    Raises
    ------
    ValueError
        If `visits_per_run` is not positive.
    """
    if visits_per_run < 1:
        raise ValueError(f"visits_per_run = {visits_per_run} must be at least 1")
    run = np.arange(len(bills)) // visits_per_run
    net = np.zeros((run[-1] + 1 if len(run) else 0, len(provinces)), dtype=np.int64)
    np.add.at(net, (run, provinces.get_indexer(bills["host"])), bills["fen"].to_numpy())
    np.subtract.at(net, (run, provinces.get_indexer(bills["billed"])), bills["fen"].to_numpy())
    return int(net[net > 0].sum())


# ---------------------------------------------------------------------------------- what breaks


def to_yuan(fen: pd.Series | pd.DataFrame, *, drop: bool = False) -> pd.Series | pd.DataFrame:
    """Amounts rounded to whole yuan, still in fen: half a yuan goes up.

    Parameters
    ----------
    fen : Series or DataFrame of int
    drop : bool
        Cut the fen off instead, towards minus infinity.
    """
    return (fen + (0 if drop else FEN // 2)) // FEN * FEN


def losses(owed: pd.DataFrame, nonpayer: str) -> pd.DataFrame:
    """Who goes short, and by how much, if one province pays nothing out.

    Under gross and bilateral settlement its creditors lose what it owes them. Under multilateral
    netting its payment is missing from the common account, and the provinces that are to receive
    share the gap in proportion to what they are to receive (a loss-sharing rule; see `apportion`).

    Parameters
    ----------
    owed : DataFrame, shape (n, n)
    nonpayer : str
        Label of a province.

    Returns
    -------
    DataFrame of int64, shape (n, 3)
        ``gross``, ``bilateral`` and ``multilateral`` losses in fen. No column sums to more than
        the one before.

    Raises
    ------
    ValueError
        If the province does not exist.
    """
    if nonpayer not in owed.index:
        raise ValueError(f"nonpayer = {nonpayer!r} is not one of the {len(owed)} provinces")
    net = net_positions(owed)
    missing = max(-int(net[nonpayer]), 0)
    to_receive = net.clip(lower=0)
    shared = apportion(missing, to_receive.to_numpy()) if missing else 0
    gross = owed.loc[nonpayer].copy()
    gross[nonpayer] = 0
    return pd.DataFrame(
        {
            "gross": gross,
            "bilateral": bilateral(owed).loc[nonpayer],
            "multilateral": pd.Series(shared, index=owed.index, dtype="int64"),
        }
    )


def money(fen: int) -> str:
    """An amount in yuan with its two decimals, without a detour through binary fractions."""
    fen = int(fen)
    yuan, rest = divmod(abs(fen), FEN)
    return f"{'−' if fen < 0 else ''}{yuan:,}.{rest:02d}"
