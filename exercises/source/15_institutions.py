# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import institutions

begin("15", globals(), edition="en")

# %%
scores = load("province_capability").query("data_year == 2019")["score"]
years = institutions.draw_years(32, 4.0, scores.std() / scores.mean(), luck, seed)
panel = institutions.as_table(years[0])
window = panel[panel["year"].isin([2, 3])].copy()
window["first"] = (window["unit"] <= n_first).astype(int)
window["after"] = (window["year"] == 3).astype(int)
window.groupby(["first", "after"])["days"].mean().unstack().round(3)

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: where a lead office begins to pay
#
# One after another, a case that needs $k$ departments is handed over $k-1$ times.
# Through a lead office its path has two hand-offs, one out and one back.
# What is the smallest $k$ for which the lead office has *fewer* hand-offs?

# %% tags=["task"]
fewest = ...
### BEGIN SOLUTION
fewest = 4
### END SOLUTION
check("fewest", fewest)

# %% [markdown]
# ## Task 2: four numbers
#
# Days per case in the provinces that started first: 9.2 before and 8.1 after.
# In the others, at the same times: 7.4 and 6.9.
# What is the difference in differences, in days? Mind the sign.

# %% tags=["task"]
difference = ...
### BEGIN SOLUTION
difference = (8.1 - 9.2) - (6.9 - 7.4)
### END SOLUTION
check("difference", difference)

# %% [markdown]
# ## Task 3: a bad year
#
# A province took 2 days longer than the mean of all provinces.
# Nobody reforms anything, and `luck` is as in your parameters.
# How many days above the mean do you *expect* next year?

# %% tags=["task"]
next_year = ...
### BEGIN SOLUTION
next_year = 2 * (1 - luck)
### END SOLUTION
check("next_year", next_year)

# %% [markdown]
# ## Task 4: your own estimator
#
# Write a function that takes a table like `window`, with the columns `first`, `after` (0 or 1) and `days`, and returns the difference in differences.
# It is held against the regression of statsmodels, on tables of several sizes.

# %% tags=["task"]
did = ...


### BEGIN SOLUTION
def did(table):
    means = table.groupby(["first", "after"])["days"].mean()
    return (means[1, 1] - means[1, 0]) - (means[0, 1] - means[0, 0])


### END SOLUTION
check("did", did)

# %% [markdown]
# ## Task 5: all at once
#
# Suppose that all 32 provinces start in the third year.
# What do the days per case of all four years allow you to estimate? Answer with one letter.
#
# - a: The effect of the reform, by difference in differences.
# - b: The effect of the reform, if only there were more provinces.
# - c: The effect and everything else that changed in that year, together.
# - d: Nothing, not even whether the days have changed.

# %% tags=["task"]
all_at_once = ...
### BEGIN SOLUTION
all_at_once = "c"
### END SOLUTION
check("all_at_once", all_at_once)

# %% [markdown]
# ## Task 6: which report would convince you?
#
# Five reports say what a measure did. In which is regression to the mean *no* explanation?
# Answer with a set of letters.
#
# - a: The ten cities with the worst ratings were visited, and their ratings rose.
# - b: Ten cities were drawn by lot from all, and their ratings rose more than those of the others.
# - c: The prize went to the ten best cities, and their ratings fell: a prize makes lazy.
# - d: After the city with the most complaints of the month was named in public, it had fewer in the next.
# - e: The cities started one after another, a year apart, in the order of the alphabet, and the ratings of each rose when it started.

# %% tags=["task"]
convincing = ...
### BEGIN SOLUTION
convincing = {"b", "e"}
### END SOLUTION
check("convincing", convincing)
