# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import league_tables

begin("06", globals(), edition="en")

# %%
league = league_tables.published_scores(load("province_capability"))
scores = league["score"]
claimed = int(load("claims").set_index("claim_id").loc["C21", "value"])
names = load("provinces").set_index("code")["name"]

# %% [markdown]
# ## Task 1: the step at the threshold
#
# The table `league` holds the edition of 2020: `name`, `rank` as printed, and `score`.
# How many points lie between the last unit above `threshold` and the first that is not above it?
# Take them in the order of their scores.

# %% tags=["task"]
step = ...
### BEGIN SOLUTION
step = scores[scores > threshold].min() - scores[scores <= threshold].max()
### END SOLUTION
check("step", step)

# %% [markdown]
# ## Task 2: a gain for everyone
#
# Suppose that every unit gains the same number of points on its score of 2020, and `threshold` stays.
# Which gain brings the count to `claimed`?
# Give the lower end of the range of such gains; a loss is a negative gain.

# %% tags=["task"]
gain = ...
### BEGIN SOLUTION
gain = league_tables.gains_for(scores, claimed, threshold).low
### END SOLUTION
check("gain", gain)

# %% [markdown]
# ## Task 3: noise as a correlation
#
# The noise has the standard deviation `noise_sd`, the scores that of `scores.std()`.
# Nothing real changes between two editions.
# Which correlation of their scores is to be expected?

# %% tags=["task"]
correlation = ...
### BEGIN SOLUTION
correlation = 1 - noise_sd**2 / scores.var()
### END SOLUTION
check("correlation", correlation)

# %% [markdown]
# ## Task 4: the next score of Shanghai
#
# Shanghai is assessed again, and nothing real has changed.
# Judged by all units and with the noise of Task 3: which score is to be expected?
# Its code in `scores` is `310000`; predict whether it is higher or lower before you compute it.

# %% tags=["task"]
next_score = ...
### BEGIN SOLUTION
next_score = scores.mean() + correlation * (scores["310000"] - scores.mean())
### END SOLUTION
check("next_score", next_score)

# %% [markdown]
# ## Task 5: what follows?
#
# “In 2023, 17 of 32 units are very high”; very high means above 90 points, and the edition before counted 16.
# Suppose that these figures are right.
# Which two statements follow from them?
# Answer with a set of letters, for example `{"e", "f"}`.
#
# - a: more than half of the units scored above 90 points
# - b: the 17 are clearly ahead of the other 15
# - c: one unit has come in, and none has dropped out
# - d: 15 units scored 90 points or less
# - e: the average score has risen
# - f: if the assessment is repeated, 17 will come out again

# %% tags=["task"]
what_follows = ...
### BEGIN SOLUTION
what_follows = {"a", "d"}
### END SOLUTION
check("what_follows", what_follows)

# %% [markdown]
# ## Task 6: what the balance hides
#
# Write a function that takes two arrays of scores of the same units, from two editions, and a bound.
# It returns two numbers: how many units came in above the bound, and how many dropped out.
# A unit that scores exactly the bound is not above it.

# %% tags=["task"]
turnover = ...


### BEGIN SOLUTION
def turnover(before, after, bound):
    was_above, is_above = before > bound, after > bound
    return int((is_above & ~was_above).sum()), int((was_above & ~is_above).sum())


### END SOLUTION
check("turnover", turnover)
