# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from math import log

from digigov import begin, check, load
from digigov.models import users

begin("03", globals(), edition="en")
people = users.denominators(load("provinces"), load("internet"))
series = load("platform_series").query("entity == 'national_integrated_platform' and unit == 'persons'")
series = series.set_index("period")[["metric", "value", "qualifier"]]

# %% [markdown]
# ## Task 1: how far in 2024?
#
# The table `series` holds the users of the whole platform, the table `people` the denominators, by year-end.
# At least what share of `denominator` were the real-name users of 2024, in percent?
# Read their number as that of the end of the year.

# %% tags=["task"]
least_share = ...
### BEGIN SOLUTION
least_share = 100 * series.loc["2024", "value"] / people.loc[2024, denominator]
### END SOLUTION
check("least_share", least_share)

# %% [markdown]
# ## Task 2: doubled, at the latest
#
# In December 2020 there were 809 million real-name users, in December 2021 over a billion.
# Suppose that they grew by the same factor every month.
# In how many months did they double, at the latest?
# `log` is the natural logarithm.

# %% tags=["task"]
latest_doubling = ...
### BEGIN SOLUTION
latest_doubling = 12 * log(2) / log(1000 / 809)
### END SOLUTION
check("latest_doubling", latest_doubling)

# %% [markdown]
# ## Task 3: which figures may be subtracted?
#
# Which of these pairs have a difference that measures something, if only as a bound?
#
# - a: 809 million real-name users of the whole platform, December 2020; over a billion, December 2021
# - b: over 100 million registered users, March 2020; about 339 million, May 2020
# - c: over 85 billion uses of the whole platform, December 2022; 86 billion visits of the national portal, March 2023
# - d: 809 million, December 2020; 808 million, December 2022
# - e: 36.82 billion uses of the whole platform, December 2021; over 85 billion, December 2022
#
# Answer with a set of letters, such as `{"b", "d"}`.

# %% tags=["task"]
may_be_subtracted = ...
### BEGIN SOLUTION
may_be_subtracted = {"a", "e"}
### END SOLUTION
check("may_be_subtracted", may_be_subtracted)

# %% [markdown]
# ## Task 4: at least so many twice
#
# Suppose that a report of December 2022 gives the provincial portals 700 million people, beside the 808 million of the national one, and that nothing else is known.
# How many people of `denominator` have an account at both, at least?
# The row of `people` is `2022`.

# %% tags=["task"]
least_overlap = ...
### BEGIN SOLUTION
share = users.overlap_bounds(808e6 / people.loc[2022, denominator], 700e6 / people.loc[2022, denominator])
least_overlap = share.low * people.loc[2022, denominator]
### END SOLUTION
check("least_overlap", least_overlap)

# %% [markdown]
# ## Task 5: the lost million
#
# A newspaper writes: the national portal had 809 million users at the end of 2020 and 808 million two years later, so it has lost a million.
# What do you answer?
#
# - a: that is right, and little enough
# - b: the difference is rounding; the portal stood still
# - c: the two figures are of different platforms, so their difference measures nothing
# - d: the users have moved to the provincial portals

# %% tags=["task"]
lost_million = ...
### BEGIN SOLUTION
lost_million = "c"
### END SOLUTION
check("lost_million", lost_million)

# %% [markdown]
# ## Task 6: a federation of your own
#
# In the lesson nobody has accounts in two provinces. Now somebody may.
# Write a function that takes a list of accounts, each a pair of portal and identity, and returns the share of the *persons* with a national account who have a provincial account too, from 0 to 1.
# The national portal is called `"national"`; every other name is a province.

# %% tags=["task"]
overlap_of = ...


### BEGIN SOLUTION
def overlap_of(accounts):
    national = {identity for portal, identity in accounts if portal == "national"}
    provincial = {identity for portal, identity in accounts if portal != "national"}
    return len(national & provincial) / len(national)


### END SOLUTION
check("overlap_of", overlap_of)
