"""Gates on notebooks and pages: functions that return a list of problems, empty if there is none."""
