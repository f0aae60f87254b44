# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import province_brief

begin("19", globals(), edition="en")

# %%
provinces = load("provinces")
figures = province_brief.indicators(provinces)
have = province_brief.known(provinces, load("province_capability"), load("platform_series"))
code = load("provinces", lang="en").set_index("name")["code"][province]

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: rank of a density
#
# The table `figures` has a row for each province, by code, and `code` is that of your `province`.
# Which rank has your province by `density`, 1 for the densest?

# %% tags=["task"]
density_rank = ...
### BEGIN SOLUTION
density_rank = int((figures["density"] > figures.loc[code, "density"]).sum()) + 1
### END SOLUTION
check("density_rank", density_rank)

# %% [markdown]
# ## Task 2: which side of the mean?
#
# The *national* output a head is not the mean of the 31 provincial ones.
# Compute it from `residents` and `output`, in yuan, weighted as it should be.

# %% tags=["task"]
national_output = ...
### BEGIN SOLUTION
national_output = (figures["output"] * figures["residents"]).sum() / figures["residents"].sum()
### END SOLUTION
check("national_output", national_output)

# %% [markdown]
# ## Task 3: count the gaps
#
# The table `have` says for each province which of twelve topics our sources have.
# Of how many provinces do they have *more than eight*?

# %% tags=["task"]
well_known = ...
### BEGIN SOLUTION
well_known = int((have.sum(axis=1) > 8).sum())
### END SOLUTION
check("well_known", well_known)

# %% [markdown]
# ## Task 4: a rank that admits gaps
#
# Write a function that takes a dictionary of figures by name (a missing one is `None`) and a name.
# It returns the rank of that name among those that have a figure, 1 for the largest, equal figures sharing the better rank; and `None` if the name itself has no figure.

# %% tags=["task"]
rank_of = ...


### BEGIN SOLUTION
def rank_of(values, name):
    if values[name] is None:
        return None
    return 1 + sum(value is not None and value > values[name] for value in values.values())


### END SOLUTION
check("rank_of", rank_of)

# %% [markdown]
# ## Task 5: what may the report say?
#
# In 2020 province A scored 83.1 and B 82.7; a repeated assessment may differ by about a point.
# Which sentence may the report print?
#
# - a: A serves its people better than B.
# - b: A and B are equally good.
# - c: The scores of A and B do not tell which of the two is ahead.
# - d: A is one place ahead of B, and will stay there.

# %% tags=["task"]
may_say = ...
### BEGIN SOLUTION
may_say = "c"
### END SOLUTION
check("may_say", may_say)
