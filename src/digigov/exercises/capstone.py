"""Checks of exercise 20."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from typing import Any

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.i18n import _

PLANTED = ({5}, {7}, {8}, {3, 10})
"""Lines of each planted fault; the last one lies between two lines."""


@task(kind=set)
def fault_lines(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """Lines of the planted faults."""
    if not all(isinstance(line, Integral) for line in answer):
        return hint("numbers", _("Line numbers are asked for, such as {1, 2}."))
    lines = {int(line) for line in answer}
    right = set().union(*PLANTED)
    missed = [lines_of for lines_of in PLANTED if not lines & lines_of]
    if wrong := sorted(lines - right):
        reasons = {
            2: _("Line 2 is sound: 417.7 of 612.4 is 68.2 percent."),
            4: _(
                "Line 4 is sound: 190 million uses by 4.35 million users are less than four a month."
            ),
            6: _("Line 6 is sound: 112.3 and 72.3 make 184.6."),
            9: _("Line 9 is sound: 121.6 of 612.4 is 19.9 percent."),
        }
        return hint(
            f"line_{wrong[0]}" if wrong[0] in reasons else "sound",
            reasons.get(
                wrong[0],
                _("Line {line} holds nothing that another figure contradicts.").format(
                    line=wrong[0]
                ),
            ),
        )
    if not missed:
        return passed(
            _("A share above the whole, a sum, a count with its share, and users that fall.")
        )
    if {5} in missed:
        return hint("share", _("Divide each count by its share: do all give the same population?"))
    if {8} in missed:
        return hint("sum", _("Add up the parts wherever a line has some."))
    if {7} in missed:
        return hint("whole", _("Look for a share that no group can have."))
    return hint("series", _("One subject is counted at two dates. Which count is the later one?"))


@task
def holders(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Holders that share and residents imply, in ten thousands."""
    right = 612.4 * 0.715
    if is_close(answer, right, rel=2e-3):
        return passed(
            _("About 4.38 million, 400,000 more than printed: one of the three figures is wrong.")
        )
    if is_close(answer, right * 1e4, rel=2e-3):
        return hint("unit", _("Right, in persons. The question asks for 万."))
    if is_close(answer, right * 100, rel=2e-3):
        return hint("percent", _("A percent is a hundredth."))
    if is_close(answer, 612.4 / 0.715, rel=2e-3):
        return hint("divided", _("You divided. A share *of* the residents is a product."))
    if is_close(answer, 398.7 / 0.715, rel=2e-3):
        return hint("residents", _("Those are the residents that count and share imply."))
    return hint("other", _("Take 71.5 percent of 6.124 million, in units of 10,000."))


@task
def total_points(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Sum of the parts in line 8."""
    if answer == 1284:
        return passed(_("24 more than the line prints."))
    if answer == 1260:
        return hint("printed", _("That is what the line prints. Add up its parts."))
    if answer == 1260 + 1284:
        return hint("twice", _("You added the whole to its parts."))
    if answer == 1104 - 180:
        return hint("difference", _("That is the difference of the parts."))
    return hint("other", _("The parts are those that follow 其中."))


CASES: tuple[tuple[float, tuple[float, ...], bool], ...] = (
    (184.6, (112.3, 72.3), True),
    (184.7, (112.3, 72.3), True),
    (184.8, (112.3, 72.3), False),
    (10.0, (3.3, 3.3, 3.3), True),
    (10.0, (4.9, 4.9), False),
    (5.0, (5.0,), True),
)


@task(kind=callable)
def can_add_up(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that tests a rounded sum."""
    for whole, parts, right in CASES:
        given = answer(whole, list(parts))
        if given is None or given is Ellipsis:
            return hint(
                "nothing", _("Your function returns nothing; it should return True or False.")
            )
        if bool(given) == right:
            continue
        words = {"whole": whole, "parts": _(", ").join(map(str, parts))}
        if right:
            return hint(
                "strict",
                _(
                    "{parts} can make {whole}: every printed figure may be off by half a tenth."
                ).format(**words),
            )
        return hint(
            "loose",
            _(
                "{parts} cannot make {whole}: the parts together and the whole are not that far off."
            ).format(**words),
        )
    return passed(_("Rounding is allowed to explain a little, and only a little."))


@task(kind=str)
def alone_means(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What a figure without a test is."""
    match answer.strip().lower():
        case "c":
            return passed(_("It waits for a second source."))
        case "a":
            return hint("a", _("Most true figures of any text stand alone."))
        case "b":
            return hint("b", _("Nothing contradicts what nothing can test."))
        case "d":
            return hint(
                "d", _("The extractor found the figure; it is its neighbours that are missing.")
            )
    return hint("other", _("Answer with one letter from a to d."))


@task(kind=str)
def next_step(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What follows from an impossible figure."""
    match answer.strip().lower():
        case "c":
            return passed(
                _("A typing error, another denominator, a score out of 110: the source says which.")
            )
        case "a":
            return hint(
                "a", _("The figure is impossible. Why it is there, the table does not know.")
            )
        case "b":
            return hint("b", _("Then nobody will ever find out what was meant."))
        case "d":
            return hint("d", _("The row is the most interesting one of the table."))
    return hint("other", _("Answer with one letter from a to d."))


def parts_fit(whole: float, parts: Sequence[float]) -> bool:
    """Reference of `can_add_up`."""
    return abs(sum(parts) - whole) <= 0.05 * (len(parts) + 1) + 1e-9
