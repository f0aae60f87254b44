# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import regulation_security

begin("18", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")["value"]
platform = load("platform_series").set_index(["entity", "metric", "period"])["value"]
yearly = claims["C04"] - platform["national_integrated_platform"]["uses_cumulative"]["2021-12"]

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: read a confusion matrix
#
# Of 1,000 firms in district A, 100 are violators.
# Inspectors visited 150 firms, and 60 of these were violators.
# What share of the *law-abiding* firms was inspected, as a fraction?

# %% tags=["task"]
false_alarms = ...
### BEGIN SOLUTION
false_alarms = (150 - 60) / (1000 - 100)
### END SOLUTION
check("false_alarms", false_alarms)

# %% [markdown]
# ## Task 2: the other district
#
# District B has 1,000 firms too, and 50 violators.
# Its inspectors promise what holds in A: the same share of violators found, and the same share of violators among those inspected.
# What share of B's law-abiding firms do they inspect, as a fraction?

# %% tags=["task"]
other_district = ...
### BEGIN SOLUTION
found = 50 * 60 / 100
inspected = found / (60 / 150)
other_district = (inspected - found) / (1000 - 50)
### END SOLUTION
check("other_district", other_district)

# %% [markdown]
# ## Task 3: which complaint?
#
# The inspectors of both districts keep their promise, and say so. The law-abiding firms of A complain that they are inspected more often than those of B.
# Who is right? Answer with one letter.
#
# - a: The inspectors of A must be careless: a fair rule would give both districts the same share.
# - b: The score must be biased against A; correcting it would make all measures equal.
# - c: Both are right: with different shares of violators the promise *forces* the difference.
# - d: The complaint is wrong: as the promise is kept, the law-abiding of A and B are treated alike.

# %% tags=["task"]
who_is_right = ...
### BEGIN SOLUTION
who_is_right = "c"
### END SOLUTION
check("who_is_right", who_is_right)

# %% [markdown]
# ## Task 4: uses that find the door closed
#
# With your `availability` and your `peak_factor`, and `yearly` uses in a year: how many uses meet a system that is down, if *all* of its downtime falls into the peak?
# Answer in millions.

# %% tags=["task"]
uses_lost = ...
### BEGIN SOLUTION
uses_lost = yearly * (1 - availability) * peak_factor / 1e6
### END SOLUTION
check("uses_lost", uses_lost)

# %% [markdown]
# ## Task 5: a chain with copies
#
# Write a function that takes the availability of one copy, the number of systems that a use needs, and the number of independent copies of each system, of which one is enough.
# It returns the availability of the whole.

# %% tags=["task"]
whole = ...


### BEGIN SOLUTION
def whole(availability, n_systems, copies):
    return (1 - (1 - availability) ** copies) ** n_systems


### END SOLUTION
check("whole", whole)

# %% [markdown]
# ## Task 6: one hall instead of two
#
# Two halls with 2 counters each have a load of 1.5 erlangs each: 1.5 counters are busy on average.
# The city puts them together: 4 counters, one queue, the same people.
# How many times as long was the mean wait before? `regulation_security.mean_wait(servers, load)` helps.

# %% tags=["task"]
pooling = ...
### BEGIN SOLUTION
pooling = regulation_security.mean_wait(2, 1.5) / regulation_security.mean_wait(4, 3)
### END SOLUTION
check("pooling", pooling)
