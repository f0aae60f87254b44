# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import capability_gap

begin("17", globals(), edition="en")

# %%
figures = load("internet").set_index(["metric", "group", "period"])["value"]
able = capability_gap.able_by_group(load("internet"))

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: people behind a share
#
# At the end of 2021, 25.7 percent of the 382 million people who were not online named reading and typing as a reason.
# How many people is that, in millions?

# %% tags=["task"]
readers = ...
### BEGIN SOLUTION
readers = 0.257 * 382
### END SOLUTION
check("readers", readers)

# %% [markdown]
# ## Task 2: the people nobody printed
#
# In June 2025 the countryside had 322 million internet users, 69.2 percent of its people, and the country 1.123 billion, 79.7 percent.
# What share of the people in *towns* was online, in percent?

# %% tags=["task"]
towns = ...
### BEGIN SOLUTION
all_people, rural_people = 1123 / 0.797, 322 / 0.692
towns = 100 * (1123 - 322) / (all_people - rural_people)
### END SOLUTION
check("towns", towns)

# %% [markdown]
# ## Task 3: who gets nothing
#
# The series `able` has the share of each group that can do it online by itself.
# With your `offline_share` and `assist_share`, what share of the group aged 60 and over *in towns* gets nothing, as a fraction?

# %% tags=["task"]
old_in_town = ...
### BEGIN SOLUTION
old_in_town = (1 - able["aged_60_plus", "urban"]) * (1 - offline_share) * (1 - assist_share)
### END SOLUTION
check("old_in_town", old_in_town)

# %% [markdown]
# ## Task 4: the other way round
#
# Nobody is to be left without service at a rate above `limit`.
# Write a function that takes the share `able` of a group, the counters still open and the limit, and returns the smallest share of assistants that is enough (0 if none are needed).

# %% tags=["task"]
assistants_needed = ...


### BEGIN SOLUTION
def assistants_needed(able, offline_share, limit):
    need = (1 - able) * (1 - offline_share)
    return 0.0 if need <= limit else 1 - limit / need


### END SOLUTION
check("assistants_needed", assistants_needed)

# %% [markdown]
# ## Task 5: a concentration index
#
# For those left without service, ordered from the poorest district to the richest, a city reports a concentration index of -0.02.
# What follows? Answer with one letter.
#
# - a: Hardly anybody is left without service.
# - b: Everybody has the same chance of being served.
# - c: Poor and rich districts have about the same share of people without service.
# - d: The rich districts have most of the people without service.

# %% tags=["task"]
what_follows = ...
### BEGIN SOLUTION
what_follows = "c"
### END SOLUTION
check("what_follows", what_follows)

# %% [markdown]
# ## Task 6: which plan?
#
# A city must choose, and promises that *no group* will fare worse than under “everywhere alike”.
# Which of the other two plans keeps the promise, whatever the number of assistants?
# Answer with a set of names out of `"by_place"` and `"by_person"`: one, both, or none (an empty set is `set()`). Try some numbers with `capability_gap.left_unserved` or in the lesson.

# %% tags=["task"]
keeps_promise = ...
### BEGIN SOLUTION
keeps_promise = set()
### END SOLUTION
check("keeps_promise", keeps_promise)
