"""Working models of lesson 12: who the users are, which services they use, what they hand in.

Three models. The first is arithmetic and holds for any platform: an identity between accounts,
persons and residents, and what follows from it. The other two are synthetic: use that falls with
the rank of a service (Zipf's law), and documents that a service asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from digigov.i18n import _
from digigov.quantities import Interval

CATALOGUE_SIZE = 400
"""Kinds of document that a service may ask for. Assumed: no source prints the number."""

DOCUMENTS_PER_SERVICE = 3.0
"""Documents that a service asks for, on average. Assumed."""

DOCUMENT_EXPONENTS = (0.0, 4.0)
"""Range in which `calibrated_document_exponent` looks."""


def non_residents_needed(
    users: float, residents: float, adoption: float = 1.0, accounts_per_person: float = 1.0
) -> float:
    """Fewest persons with an account who are not residents, by the identity of the lesson.

    ``users = accounts_per_person * (adoption * residents + others)``, solved for `others`.

    Parameters
    ----------
    users : float
        Accounts counted.
    residents : float
        Resident population, in persons.
    adoption : float
        Share of residents who have an account, 0 to 1.
    accounts_per_person : float
        Accounts that a person with an account has on average, at least 1.

    Returns
    -------
    float
        Persons. Never negative: a platform that residents can fill needs nobody else.

    Raises
    ------
    ValueError
        If `adoption` is not a share, or `accounts_per_person` is below 1.
    """
    if not 0 <= adoption <= 1:
        raise ValueError(_("adoption = {value} is not a share: 0 to 1").format(value=adoption))
    if accounts_per_person < 1:
        template = _("accounts_per_person = {value} is below 1")
        raise ValueError(template.format(value=accounts_per_person))
    return max(0.0, users / accounts_per_person - adoption * residents)


def explanations(
    users: Interval,
    residents: float,
    *,
    other_bases: Sequence[float],
    rest_of_country: float,
    years: float,
) -> pd.DataFrame:
    """What each explanation would have to supply if it stood alone.

    Parameters
    ----------
    users : Interval
        Accounts counted.
    residents : float
        Resident population, in persons.
    other_bases : sequence of float
        The other resident populations that could have been meant, in persons.
    rest_of_country : float
        Population that is not resident here, in persons.
    years : float
        Years in which accounts piled up.

    Returns
    -------
    DataFrame
        Indexed by explanation, with `needs_low` and `needs_high`: the share that the explanation
        needs, and `refuted`: whether it needs more than all there is.

        ==================  ==================================================
        every_resident      residents with an account, of all residents
        another_base        the same, of the largest of all bases
        second_accounts     residents with a second account, of all residents
        non_residents       persons from elsewhere, of all who live elsewhere
        former_residents    residents replaced by newcomers in a year, of all
        ==================  ==================================================

        The last three take for granted that every resident has one account, so they are lower
        bounds: with fewer residents on board, each has to supply more.
    """
    gap = Interval(max(0.0, users.low - residents), max(0.0, users.high - residents))
    needs = {
        "every_resident": users / residents,
        "another_base": users / max(residents, *other_bases),
        "second_accounts": gap / residents,
        "non_residents": gap / rest_of_country,
        "former_residents": gap / (residents * years),
    }
    table = pd.DataFrame(
        {
            "needs_low": {name: need.low for name, need in needs.items()},
            "needs_high": {name: need.high for name, need in needs.items()},
        }
    ).rename_axis("explanation")
    return table.assign(refuted=table["needs_low"] > 1)


def zipf_shares(n: int, exponent: float) -> NDArray[np.float64]:
    """Share of use of each service under Zipf's law, most used first.

    The service of rank r gets ``r**-exponent / H(n, exponent)``, where H is the generalised
    harmonic number (Zipf, *Human Behavior and the Principle of Least Effort*, 1949).

    Parameters
    ----------
    n : int
        Number of services, at least 1.
    exponent : float
        Not negative. At 0 all services are used equally.

    Returns
    -------
    ndarray, shape (n,)
        Sums to one, never increases.

    Raises
    ------
    ValueError
        If `n` or `exponent` is too small.
    """
    if n < 1:
        raise ValueError(_("n = {n} must be at least 1").format(n=n))
    if exponent < 0:
        template = _("exponent = {exponent} is negative: use would rise with rank")
        raise ValueError(template.format(exponent=exponent))
    weights = np.arange(1, n + 1, dtype=float) ** -exponent
    return weights / weights.sum()


def services_for_share(use: NDArray, share: float = 0.9) -> int:
    """Smallest number of services that together carry a share of all use.

    Parameters
    ----------
    use : ndarray, shape (n,)
        Use of each service, in any order: counts or shares.
    share : float
        Above 0, at most 1.

    Raises
    ------
    ValueError
        If `share` is out of range, or nothing is used.
    """
    if not 0 < share <= 1:
        raise ValueError(
            _("share = {share} is out of range: above 0, at most 1").format(share=share)
        )
    cumulative = np.cumsum(np.sort(use)[::-1])
    if not (len(cumulative) and cumulative[-1] > 0):
        template = _("use of {n} services adds up to 0; a sum above 0 is needed")
        raise ValueError(template.format(n=len(cumulative)))
    # Ten equal services: nine carry 90 %, although their shares sum to 0.8999999999999999.
    return int(np.searchsorted(cumulative, share * cumulative[-1] * (1 - 1e-12))) + 1


def simulated_use(
    use_shares: NDArray, n_requests: int, *, seed: int, n_runs: int = 50
) -> NDArray[np.int64]:
    """Draw requests at random and count them by service.

    Parameters
    ----------
    use_shares : ndarray, shape (n,)
        Probability of each service.
    n_requests : int
        Requests a run. The draw is multinomial, so billions take no longer than thousands.
    seed : int
        Seed of the first run; the runs are independent.
    n_runs : int
        Number of runs.

    Returns
    -------
    ndarray, shape (n_runs, n)
        Requests by run and service; each row sums to `n_requests`.
    """
    return np.random.default_rng(seed).multinomial(n_requests, use_shares, size=n_runs)


@dataclass(frozen=True)
class PaperCurves:
    """What is left to hand in, by number of electronic certificates.

    Every array has the shape (n_runs, catalogue_size + 1); column m belongs to m certificates.
    Each row starts at 0, never decreases, and ends at 1.

    Parameters
    ----------
    submissions : ndarray
        Share of the documents asked for that nobody hands in. Concave: most demanded first.
    requests : ndarray
        Share of the requests for which nothing is left to hand in.
    services : ndarray
        Share of the services that ask for nothing any more, however often they are used.
    """

    submissions: NDArray[np.float64]
    requests: NDArray[np.float64]
    services: NDArray[np.float64]

    def mean(self) -> pd.DataFrame:
        """Mean over the runs, one column a curve, indexed by the number of certificates."""
        curves = {name: values.mean(axis=0) for name, values in vars(self).items()}
        return pd.DataFrame(curves).rename_axis("certificates")


def paper_curves(
    n_services: int,
    usage_exponent: float,
    document_exponent: float,
    *,
    seed: int,
    catalogue_size: int = CATALOGUE_SIZE,
    n_runs: int = 20,
) -> PaperCurves:
    """Simulate which documents services ask for, and what electronic certificates spare people.

    Each service asks for ``1 + Poisson(DOCUMENTS_PER_SERVICE - 1)`` documents, drawn from the
    catalogue with probabilities that follow Zipf's law (a document drawn twice is asked for
    once). Requests are spread over the services by Zipf's law. The documents become electronic
    in the order of demand: the one that most requests ask for comes first. Everyone is taken to
    hold every certificate, so the curves are upper bounds.

    Parameters
    ----------
    n_services : int
        Number of services.
    usage_exponent : float
        Exponent of the use of services.
    document_exponent : float
        Exponent of the demand for documents; see `calibrated_document_exponent`.
    seed : int
        Seed; the same seed asks for comparable documents at every exponent.
    catalogue_size : int
        Kinds of document.
    n_runs : int
        Independent catalogues of services.
    """
    popularity = np.cumsum(zipf_shares(catalogue_size, document_exponent))
    use = zipf_shares(n_services, usage_exponent)
    runs = [_one_run(*asked, popularity, use) for asked in _asked(n_services, seed, n_runs)]
    return PaperCurves(*(np.stack(curves) for curves in zip(*runs, strict=True)))


@lru_cache(4)
def _asked(n_services: int, seed: int, n_runs: int) -> list[tuple[NDArray, NDArray]]:
    """Service and place in the catalogue, 0 to 1, of all that is asked for in each run, in order.

    Neither depends on an exponent: kept while one is looked for.
    """
    generator = np.random.default_rng(seed)
    runs = []
    for _run in range(n_runs):
        # Lengths are indices, and an index has 32 bits in a browser.
        asked = 1 + generator.poisson(DOCUMENTS_PER_SERVICE - 1, n_services).astype(np.intp)
        service = np.repeat(np.arange(n_services), asked)
        place = generator.random(asked.sum())
        runs.append((service, place[np.lexsort((place, service))]))
    return runs


def _one_run(
    service: NDArray, place: NDArray, popularity: NDArray, use: NDArray
) -> tuple[NDArray, NDArray, NDArray]:
    n_services, n_documents = len(use), len(popularity)
    document = np.searchsorted(popularity, place).clip(max=n_documents - 1)
    # In order of the services and their documents, so what was drawn twice stands side by side.
    is_new = np.append(True, (np.diff(document) > 0) | (np.diff(service) > 0))
    service, document = service[is_new], document[is_new]

    demand = np.bincount(document, weights=use[service], minlength=n_documents)
    order = np.argsort(-demand, kind="stable")
    electronic = np.empty(n_documents, dtype=int)
    electronic[order] = np.arange(1, n_documents + 1)
    # A service is free of paper from the moment its last document becomes electronic.
    last = np.zeros(n_services, dtype=int)
    np.maximum.at(last, service, electronic[document])

    return (
        _cumulative_share(np.concatenate(([0.0], demand[order]))),
        _cumulative_share(np.bincount(last, weights=use, minlength=n_documents + 1)),
        _cumulative_share(np.bincount(last, minlength=n_documents + 1)),
    )


def _cumulative_share(parts: NDArray) -> NDArray[np.float64]:
    cumulative = np.cumsum(parts)
    return cumulative / cumulative[-1]


def calibrated_document_exponent(
    n_services: int,
    n_certificates: int,
    paperless_share: float,
    usage_exponent: float,
    *,
    seed: int,
    catalogue_size: int = CATALOGUE_SIZE,
) -> float:
    """Exponent of document demand at which the model meets a published figure.

    Parameters
    ----------
    n_services, n_certificates : int
        Services and electronic certificates at the time of the figure.
    paperless_share : float
        Share of the services that asked for nothing any more at that time.
    usage_exponent : float
        Exponent of the use of services.
    seed : int
        Seed of the simulation.
    catalogue_size : int
        Kinds of document.

    Returns
    -------
    float
        Within `DOCUMENT_EXPONENTS`; the simulated mean share then differs from the published
        one by less than half a percentage point.

    Raises
    ------
    ValueError
        If `n_certificates` is not in the catalogue, or no exponent in the range meets the figure.
    """
    if not 0 <= n_certificates <= catalogue_size:
        template = _("n_certificates = {n} is out of range: 0 to {size}")
        raise ValueError(template.format(n=n_certificates, size=catalogue_size))

    def miss(exponent: float) -> float:
        curves = paper_curves(
            n_services, usage_exponent, exponent, seed=seed, catalogue_size=catalogue_size
        )
        return curves.services[:, n_certificates].mean() - paperless_share

    low, high = DOCUMENT_EXPONENTS
    if not miss(low) <= 0 <= miss(high):
        raise ValueError(
            f"no document exponent from {low} to {high} leaves {paperless_share:.1%} of "
            f"{n_services} services without paper at {n_certificates} of {catalogue_size} kinds"
        )
    return float(brentq(miss, low, high, xtol=1e-3))
