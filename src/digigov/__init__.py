"""Digital Government by the Numbers: what the lessons import."""

from digigov.charts import show
from digigov.data import load
from digigov.lesson import begin, check, record, say, verdict

__all__ = ["begin", "check", "load", "record", "say", "show", "verdict"]
