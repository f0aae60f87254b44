# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.exercises.beijing import simulated_weeks

begin("11", globals(), edition="en")
series = load("platform_series")
hotline = series[series["entity"] == "beijing_12345"]
weeks = simulated_weeks(arrivals_per_hour, n_departments, rewarded_indicator, seed)

# %% [markdown]
# ## Task 1: hours without the base
#
# The base has eight components, and an application needs all of them.
# Each works for the share `availability` of the time, independently of the others.
# For how many hours a year (of 8760 hours) is the base out?

# %% tags=["task"]
hours_out = ...
### BEGIN SOLUTION
hours_out = 8760 * (1 - availability**8)
### END SOLUTION
check("hours_out", hours_out)

# %% [markdown]
# ## Task 2: a base in two copies
#
# To be safe, the city keeps the base in two independent copies, each written at 1.5 times the cost of a component for one application.
# Connecting an application, to both copies at once, still costs 0.2.
# What is the smallest number of applications for which that is cheaper than building apart?

# %% tags=["task"]
two_copies_pay_from = ...
### BEGIN SOLUTION
two_copies_pay_from = 4  # 2 * 1.5 / (1 - 0.2) = 3.75
### END SOLUTION
check("two_copies_pay_from", two_copies_pay_from)

# %% [markdown]
# ## Task 3: two figures for 2019
#
# The annual report for 2020 prints a growth of 55.24 % over 2019; `hotline` holds the `cases` of 2020.
# How many cases in 2019 does the growth imply?
# Then look for `cases` of 2019 in the same table, and for the row that disagrees with it.

# %% tags=["task"]
implied_2019 = ...
### BEGIN SOLUTION
is_2020 = (hotline["metric"] == "cases") & (hotline["period"] == "2020")
implied_2019 = hotline.loc[is_2020, "value"].item() / 1.5524
### END SOLUTION
check("implied_2019", implied_2019)

# %% [markdown]
# ## Task 4: what the reward does to hard complaints
#
# The table `weeks` has one row a simulated week and reward: `seed`, `rewarded` (`"all"`, or your `rewarded_indicator`), and five measures in percent.
# Predict first: up or down?
# Then compute by how many points, on average over the weeks, the share `hard` changes when only `rewarded_indicator` is rewarded instead of all three.

# %% tags=["task"]
hard_change = ...
### BEGIN SOLUTION
hard = weeks.pivot(index="seed", columns="rewarded", values="hard")
hard_change = (hard[rewarded_indicator] - hard["all"]).mean()
### END SOLUTION
check("hard_change", hard_change)

# %% [markdown]
# ## Task 5: which figure would tell?
#
# After a change of rewards, response, resolution and satisfaction have all risen, on the same number of complaints.
# You may ask for one more figure.
# Which would tell best whether anybody pays for it?
#
# - a: the number of operators
# - b: the resolution rate of complaints that need much work
# - c: the mean of the three indicators
# - d: the number of calls answered in the first minute

# %% tags=["task"]
figure_to_ask_for = ...
### BEGIN SOLUTION
figure_to_ask_for = "b"
### END SOLUTION
check("figure_to_ask_for", figure_to_ask_for)

# %% [markdown]
# ## Task 6: change the model
#
# Write a function that returns what a shared component saves, as a *share* of the cost of building apart: 0.25 for a quarter saved, negative if it costs more.
# It takes the number of applications `n`, the relative costs `writing` and `reusing`, and the number of `copies` of the component.

# %% tags=["task"]
share_saved = ...


### BEGIN SOLUTION
def share_saved(n, writing, reusing, copies):
    return (n - copies * writing - n * reusing) / n


### END SOLUTION
check("share_saved", share_saved)
