# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
import numpy as np

from digigov import begin, check, load
from digigov.models import fifteen_minutes

begin("14", globals(), edition="en")

# %%
calibrated = fifteen_minutes.calibration(load("provinces"))
here = calibrated.loc[load("provinces", lang="en").set_index("name")["code"][province]]
district = fifteen_minutes.make_district(here["density"], here["urban_share"], seed)
people = district["people"].to_numpy()
is_village = (district["kind"] == "village").to_numpy()
covers = fifteen_minutes.coverage_matrix(district, fifteen_minutes.radius_km(minutes, speed_kmh))

# %%
reached = fifteen_minutes.greedy(covers, people, len(people))["reached"]
sites = fifteen_minutes.optimum(covers, people, n_sites).sites
within_reach = fifteen_minutes.covered_by(covers, sites)

# %% [markdown]
# ## Task 1: a winding road
#
# A road is longer than the straight line, on average `fifteen_minutes.DETOUR` times as long.
# Somebody travels for `minutes` minutes at `speed_kmh` kilometres an hour on such a road.
# How far away from home is that as the crow flies, in kilometres?

# %% tags=["task"]
crow_km = ...
### BEGIN SOLUTION
crow_km = speed_kmh * minutes / 60 / fifteen_minutes.DETOUR
### END SOLUTION
check("crow_km", crow_km)

# %% [markdown]
# ## Task 2: the villagers
#
# What share of the villagers, in percent, is within reach of the best `n_sites` points?
# The arrays `people`, `is_village` and `within_reach` have one value for each settlement; the last one says whether the optimum covers it.

# %% tags=["task"]
villager_coverage = ...
### BEGIN SOLUTION
villager_coverage = 100 * people[is_village & within_reach].sum() / people[is_village].sum()
### END SOLUTION
check("villager_coverage", villager_coverage)

# %% [markdown]
# ## Task 3: how many points for ninety-five percent?
#
# `reached` holds the people whom greedy reaches, by the number of its points.
# What is the smallest number of points with which it reaches at least ninety-five percent of all the people?

# %% tags=["task"]
points_needed = ...
### BEGIN SOLUTION
points_needed = (reached >= 0.95 * people.sum()).idxmax()
### END SOLUTION
check("points_needed", points_needed)

# %% [markdown]
# ## Task 4: where greedy goes wrong
#
# In a small valley five villages have these many people; a point may open in three of them.
#
# | village | people | within reach of A | within reach of B | within reach of C |
# | --- | --- | --- | --- | --- |
# | 1 | 400 | yes | yes | no |
# | 2 | 400 | no | yes | yes |
# | 3 | 300 | yes | no | no |
# | 4 | 300 | no | no | yes |
# | 5 | 600 | no | no | no |
#
# Two points may open.
# By what percentage does greedy stay below the optimum?
# A pencil is enough.

# %% tags=["task"]
optimality_gap = ...
### BEGIN SOLUTION
greedy_reaches = 400 + 400 + 300  # B first, then A or C
optimum_reaches = 400 + 300 + 400 + 300  # A and C
optimality_gap = 100 * (optimum_reaches - greedy_reaches) / optimum_reaches
### END SOLUTION
check("optimality_gap", optimality_gap)

# %% [markdown]
# ## Task 5: a promise that can be broken
#
# A province promises a convenience service circle of fifteen minutes.
# Which three of these would it have to publish before anyone could find out that the promise is *not* kept?
# Answer with a set of letters, for example `{"a", "b"}`.
#
# - a: how many service points have been built
# - b: how people are assumed to travel
# - c: how many services each point offers
# - d: what share of which people is to be within reach
# - e: where the points are
# - f: how much the points have cost

# %% tags=["task"]
to_publish = ...
### BEGIN SOLUTION
to_publish = {"b", "d", "e"}
### END SOLUTION
check("to_publish", to_publish)

# %% [markdown]
# ## Task 6: a planner of your own
#
# Write the greedy rule as a function.
# It takes a matrix of zeros and ones (`covers[i, j]` is 1 if a point in place `j` reaches settlement `i`), the array of people and the number of points.
# It returns the list of places in the order they open; when nobody is left to reach, it may stop.

# %% tags=["task"]
plan = ...


### BEGIN SOLUTION
def plan(covers, people, n_sites):
    left, sites = people.copy(), []
    for _step in range(n_sites):
        sites.append(int(np.argmax(left @ covers)))
        left = left * (1 - covers[:, sites[-1]])
    return sites


### END SOLUTION
check("plan", plan)
