"""Checks of exercise 08."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from scipy import special

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.digital_miit import alarms_by_luck

WANTED = {"division": 6, "group": 40, "class": 202}
"""Counts of task 1: wholesale and retail, accommodation, leasing and business services."""

SERIES = 21_700
NATIONAL_SPREAD = 2.5


@task(kind=set)
def which_sections(answer: Iterable[str], _p: Mapping[str, Any]) -> Outcome:
    """A set of sections with the counts wanted."""
    table = load("industry_classes")
    letters = table[table["scope_code"].str.fullmatch("[A-T]")]
    sections = letters.pivot(index="scope_code", columns="level", values="n_classes")
    given = {str(letter).strip().upper() for letter in answer}
    unknown = sorted(given - set(sections.index))
    if unknown:
        return hint(
            "unknown",
            _("{letters}: no section has that letter; they go from A to T.").format(
                letters=_(", ").join(unknown)
            ),
        )
    sums = sections.loc[sorted(given), list(WANTED)].sum()
    right = [level for level, wanted in WANTED.items() if sums[level] == wanted]
    if len(right) == len(WANTED):
        return passed(_("Trade, hotels and restaurants, and business services."))
    if given == {"B", "C", "D", "I"}:
        return hint(
            "lesson",
            _("Those are the sections of the lesson's claim; this is another ministry."),
        )
    if right:
        return hint(
            "partly",
            _("Not all of the three counts agree: yours are {a}, {b} and {c}.").format(
                a=sums["division"], b=sums["group"], c=sums["class"]
            ),
        )
    return hint(
        "none",
        _(
            "None of the three counts agrees: yours are {a}, {b} and {c}. The large number of classes "
            "for so few divisions is a clue: which section is like that?"
        ).format(a=sums["division"], b=sums["group"], c=sums["class"]),
    )


@task(kind=int)
def totals(answer: int, _p: Mapping[str, Any]) -> Outcome:
    """Series of a month that are sums of others."""
    branches, finest = 1 + 4 + 44 + 224, 700
    match int(answer):
        case 9436:
            return passed(_("Nearly half as many again as the series that are counted."))
        case 31_136:
            return hint(
                "all_series",
                _("Those are all series. How many of them are not the sum of anything?"),
            )
        case 21_700:
            return hint("finest", _("Those are the series that nothing is summed for."))
        case x if x == branches * 31:
            return hint("no_nation", _("The nation has totals too, and so has each class in it."))
        case x if x == branches * 32:
            return hint(
                "no_national_classes",
                _("A class in the nation is the sum of its provinces: count those as well."),
            )
        case x if x == (branches - 1) * 32 + finest:
            return hint(
                "no_industry",
                _("All industry is a level as well, in each province and in the nation."),
            )
    return hint(
        "other",
        _(
            "Count the branches above the classes, in 31 provinces and in the nation; then the "
            "classes in the nation."
        ),
    )


@task
def false_alarms(answer: float, p: Mapping[str, Any]) -> Outcome:
    """False alarms expected in a month among the finest series."""
    expected = alarms_by_luck(SERIES, p["months"], p["threshold"])
    normal = SERIES * float(special.ndtr(-p["threshold"]))
    if is_close(answer, expected):
        return passed(
            _("The normal distribution would promise {normal:.2g}.").format(normal=normal)
        )
    if is_close(answer, normal):
        return hint(
            "normal",
            _(
                "That is the normal distribution. The standard deviation is estimated from a short "
                "history; which distribution takes that into account?"
            ),
        )
    if any(
        is_close(answer, alarms_by_luck(SERIES, p["months"] + n, p["threshold"])) for n in (1, 2)
    ):
        return hint(
            "degrees",
            _(
                "Too many degrees of freedom. The month that is judged is not part of its history, and "
                "the mean costs one more: `months - 2`."
            ),
        )
    if is_close(answer, 2 * expected):
        return hint("two_sided", _("You counted rises as well. Only falls ring."))
    if is_close(answer, expected / SERIES):
        return hint("one_series", _("That is the probability for one series. How many are there?"))
    if is_close(answer, SERIES - expected):
        return hint(
            "other_side", _("Those are the series that stay silent. Use the negative threshold.")
        )
    if is_close(answer, expected, rel=0.03):
        return hint("rounded", _("Close. Give one digit more."))
    return hint(
        "other",
        _("Multiply the number of series by the probability to lie below minus the threshold."),
    )


@task
def needed_share(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Share of a province in percent at which its loss moves the nation by the threshold."""
    fall = p["threshold"] * NATIONAL_SPREAD
    expected = fall / p["shock_size"]
    if is_close(answer, expected, rel=2e-3):
        return passed(
            _("No province is that large: drilling down from the nation never starts here.")
            if expected > 100
            else _("In how many provinces is a division as concentrated as that?")
        )
    if is_close(answer, expected / 100):
        return hint("fraction", _("That is a fraction of one. The question asks for percent."))
    if is_close(answer, fall * p["shock_size"]):
        return hint(
            "multiplied",
            _("A milder loss has to come from a larger province: divide by the loss."),
        )
    if is_close(answer, fall):
        return hint(
            "whole",
            _("That is how far the nation has to fall. The province loses only a part of its own."),
        )
    if is_close(answer, NATIONAL_SPREAD / p["shock_size"]):
        return hint("one_deviation", _("That is enough for one standard deviation, not for more."))
    if is_close(answer, expected, rel=0.03):
        return hint("rounded", _("Close. Give one digit more."))
    return hint(
        "other",
        _("The nation falls by the province's part times the loss; set it equal to the threshold."),
    )


@task(kind=callable)
def climb(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that sums output by the first characters of a code."""
    classes = pd.Series({"C2711": 5, "C2712": 7, "C2721": 11, "B0611": 2, "C2611": 3})
    wanted = {
        1: {"B": 2, "C": 26},
        3: {"B06": 2, "C26": 3, "C27": 23},
        4: {"B061": 2, "C261": 3, "C271": 12, "C272": 11},
    }
    for characters, sums in wanted.items():
        given = answer(classes.copy(), characters)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a Series."))
        if not isinstance(given, pd.Series):
            return hint(
                "not_series",
                _("Your function returns {type}; it should return a Series.").format(
                    type=type(given).__name__
                ),
            )
        if given.to_dict() == sums:
            continue
        if given.sum() != classes.sum():
            return hint(
                "not_additive",
                _(
                    "Cut to length {n}, the result sums to {given}, the classes to {whole}: "
                    "something is lost, averaged or counted twice."
                ).format(n=characters, given=given.sum(), whole=classes.sum()),
            )
        return hint(
            "level",
            _(
                "Cut to length {n}, the sum is right but the branches are not: {given} instead of "
                "{wanted}."
            ).format(
                n=characters,
                given=_(", ").join(map(str, given.index)),
                wanted=_(", ").join(sums),
            ),
        )
    return passed(_("And climbing twice gives the same as climbing once from the bottom."))


@task(kind=str)
def missing_figure(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What a hit rate needs beside it."""
    match answer.strip().lower():
        case "b":
            return passed(_("A system that always rings finds 20 of 20."))
        case "a":
            return hint(
                "series",
                _(
                    "The number of series alone says nothing: with a high enough threshold even many "
                    "are quiet. What do you want to know of the alarms?"
                ),
            )
        case "c":
            return hint(
                "memory",
                _("The history matters because it changes another figure. Which one?"),
            )
        case "d":
            return hint("time", _("A system that always rings is very fast. Is it good?"))
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))
