# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
import numpy as np

from digigov import begin, check, load
from digigov.models import users

begin("03", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
series = load("platform_series")
table = users.denominators(load("internet"), load("provinces"))
billion = claims.loc["C03", "value"]
portal = claims.loc["C05", "value"]

# %% [markdown]
# ## Task 1: doubling
#
# The whole platform counted 4.5 billion uses by March 2020, and 36.82 billion by December 2021.
# Take both as exact.
# In how many months did the number double, on average?

# %% tags=["task"]
doubling = ...
### BEGIN SOLUTION
months = users.month_of("2021-12") - users.month_of("2020-03")
growth = (36.82 / 4.5) ** (1 / months) - 1
doubling = np.log(2) / np.log1p(growth)
### END SOLUTION
check("doubling", doubling)

# %% [markdown]
# ## Task 2: users per hundred
#
# How many real-name users (`billion`) are there per 100 persons of your `denominator` at the end of 2022?
# The table `table` has a column for each denominator and a row for each year.

# %% tags=["task"]
per_hundred = ...
### BEGIN SOLUTION
per_hundred = 100 * billion / table.loc[2022, denominator]
### END SOLUTION
check("per_hundred", per_hundred)

# %% [markdown]
# ## Task 3: the overlap, bounded
#
# Of 100 persons 70 have a national account and 55 a provincial one.
# How many have both: at least, and at most?
# Answer with a list of two numbers.

# %% tags=["task"]
both = ...
### BEGIN SOLUTION
bounds = users.both_bounds(0.70, 0.55)
both = [100 * bounds.low, 100 * bounds.high]
### END SOLUTION
check("both", both)

# %% [markdown]
# ## Task 4: accounts in the provinces
#
# The whole has a billion users (`billion`), the portal 808 million of them (`portal`), and a share `overlap` of the portal's users have a provincial account as well.
# How many persons have a provincial account?

# %% tags=["task"]
provincial = ...
### BEGIN SOLUTION
provincial = billion - portal + overlap * portal
### END SOLUTION
check("provincial", provincial)

# %% [markdown]
# ## Task 5: a function for any two groups
#
# Write a function that takes two shares of the same population and returns the lowest and the highest share that belongs to at least one of the two groups.

# %% tags=["task"]
union = ...


### BEGIN SOLUTION
def union(one, other):
    bounds = users.union_bounds(one, other)
    return bounds.low, bounds.high


### END SOLUTION
check("union", union)

# %% [markdown]
# ## Task 6: what follows?
#
# A report says: “In December 2021 the platform had over 1 billion real-name users, and in December 2022 over 1 billion.”
# Which statements follow from it?
# Answer with a set of letters, for example `{"a", "c"}`.
#
# - a: the number of users did not grow in 2022
# - b: at both dates there were more than 1 billion
# - c: the number may have doubled in the year between
# - d: the platform lost no user in 2022
# - e: more than 1 billion people used it in December 2022

# %% tags=["task"]
what_follows = ...
### BEGIN SOLUTION
what_follows = {"b", "c"}
### END SOLUTION
check("what_follows", what_follows)
