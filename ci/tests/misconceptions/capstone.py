"""Right and wrong answers to exercise 20."""

from digigov.exercises.capstone import parts_fit

PARAMETERS = [{}, {"usual": False}, {"sample": "briefing"}]

REFERENCE = {
    "fault_lines": lambda p: {5, 7, 8, 10},
    "holders": lambda p: 612.4 * 0.715,
    "total_points": lambda p: 1284,
    "can_add_up": lambda p: parts_fit,
    "alone_means": lambda p: "c",
    "next_step": lambda p: "c",
}

MISCONCEPTIONS = {
    "fault_lines": {
        "line_2": lambda p: {2, 5, 7, 8, 10},
        "line_4": lambda p: {4, 5},
        "line_6": lambda p: {6},
        "line_9": lambda p: {5, 9},
        "sound": lambda p: {5, 7, 8, 10, 12},
        "share": lambda p: {7, 8, 10},
        "sum": lambda p: {5, 7, 10},
        "whole": lambda p: {5, 8, 3},
        "series": lambda p: {5, 7, 8},
        "numbers": lambda p: {"5", "7"},
        "type": lambda p: 5,
    },
    "holders": {
        "unit": lambda p: 6124000 * 0.715,
        "percent": lambda p: 612.4 * 71.5,
        "divided": lambda p: 612.4 / 0.715,
        "residents": lambda p: 398.7 / 0.715,
        "other": lambda p: 398.7,
    },
    "total_points": {
        "printed": lambda p: 1260,
        "twice": lambda p: 1260 + 1284,
        "difference": lambda p: 924,
        "other": lambda p: 0,
    },
    "can_add_up": {
        "strict": lambda p: lambda whole, parts: abs(sum(parts) - whole) < 1e-9,
        "loose": lambda p: lambda whole, parts: abs(sum(parts) - whole) < 1,
        "nothing": lambda p: lambda whole, parts: None,
        "error": lambda p: lambda whole: True,
    },
    "alone_means": {
        "a": lambda p: "a",
        "b": lambda p: "b",
        "d": lambda p: "D",
        "other": lambda p: "x",
    },
    "next_step": {
        "a": lambda p: "a",
        "b": lambda p: "b",
        "d": lambda p: " d",
        "other": lambda p: "x",
    },
}
