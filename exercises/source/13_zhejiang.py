# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check
from digigov.models import zhejiang

begin("13", globals(), edition="en")

# %%
graph = zhejiang.graph(zhejiang.EVENTS[event])
plan = zhejiang.schedule(graph)

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: where a day counts
#
# The table `plan` holds the schedule of your `event`, side by side.
# Which steps delay the whole event if they take one day longer?
# Answer with a set of their names, as they stand in the index.

# %% tags=["task"]
delaying = ...
### BEGIN SOLUTION
delaying = set(plan.index[plan["critical"]])
### END SOLUTION
check("delaying", delaying)

# %% [markdown]
# ## Task 2: two totals by hand
#
# An event has four steps: A takes 4 days; B takes 6 and needs A; C takes 3 and needs A; D takes 2 and needs B and C.
# How many days does it take, one after another, and side by side?
# Answer with a list of the two.

# %% tags=["task"]
two_totals = ...
### BEGIN SOLUTION
two_totals = [4 + 6 + 3 + 2, 4 + 6 + 2]
### END SOLUTION
check("two_totals", two_totals)

# %% [markdown]
# ## Task 3: how many visits?
#
# In the event of task 2, B, C and D need somebody in person; A does not.
# How many visits does it take at least?

# %% tags=["task"]
least_visits = ...
### BEGIN SOLUTION
least_visits = 2
### END SOLUTION
check("least_visits", least_visits)

# %% [markdown]
# ## Task 4: a function
#
# Write a function that takes a dictionary: each step that needs somebody in person, with a list of those that must be finished before it.
# It returns the least number of visits; for an empty dictionary, 0.

# %% tags=["task"]
fewest_visits = ...


### BEGIN SOLUTION
def fewest_visits(before):
    def visit_of(step):
        return 1 + max((visit_of(earlier) for earlier in before[step]), default=0)

    return max((visit_of(step) for step in before), default=0)


### END SOLUTION
check("fewest_visits", fewest_visits)

# %% [markdown]
# ## Task 5: who comes to the hall?
#
# A town has three channels.
# A share `smart_share` of its cases begins by itself: 80 percent of them are done, the rest goes online.
# All other cases begin online.
# Online, 70 percent are done, and the rest goes to the hall.
# How many of 100 cases come to the hall?

# %% tags=["task"]
to_the_hall = ...
### BEGIN SOLUTION
online = (1 - smart_share) + 0.2 * smart_share
to_the_hall = 100 * 0.3 * online
### END SOLUTION
check("to_the_hall", to_the_hall)

# %% [markdown]
# ## Task 6: what follows?
#
# “95 percent of our items need at most one visit.”
# You need four items for one event.
# What follows for your event?
#
# - a: it needs at most one visit, most likely
# - b: it needs at most four visits
# - c: nothing: the four may be among the rest, and each item is counted for itself
# - d: 95 percent of the people with such an event need at most one visit

# %% tags=["task"]
what_follows = ...
### BEGIN SOLUTION
what_follows = "c"
### END SOLUTION
check("what_follows", what_follows)
