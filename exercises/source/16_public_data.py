# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from math import exp

from digigov import begin, check, load
from digigov.models import public_data

begin("16", globals(), edition="en")

# %%
documents = load("policies")

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: the course audits itself
#
# `documents` is our own table of policy documents.
# A document may have a number (`doc_number`); a row of the `kind` "milestone" is an event and cannot have one.
# How complete is the column, as a fraction of the rows that could have a number?

# %% tags=["task"]
complete = ...
### BEGIN SOLUTION
could = documents[documents["kind"] != "milestone"]
complete = could["doc_number"].notna().mean()
### END SOLUTION
check("complete", complete)

# %% [markdown]
# ## Task 2: which k?
#
# Below are all rows of a small release.
# An attacker may know age, sex and township of a person.
# For which largest `k` is the release k-anonymous?

# %%
printed = public_data.example()
printed

# %% tags=["task"]
largest_k = ...
### BEGIN SOLUTION
largest_k = int(printed.value_counts(["age", "sex", "township"]).min())
### END SOLUTION
check("largest_k", largest_k)

# %% [markdown]
# ## Task 3: what the group gives away
#
# In how many of these rows does the attacker, who knows age, sex and township of the person, learn the reason for certain?

# %% tags=["task"]
revealed = ...
### BEGIN SOLUTION
reasons = printed.groupby(["age", "sex", "township"])["reason"].transform("nunique")
revealed = int((reasons == 1).sum())
### END SOLUTION
check("revealed", revealed)

# %% [markdown]
# ## Task 4: a year of tables
#
# An office publishes a fresh table about the same people every month.
# Over the year it will spend no more than your `epsilon` in all, the same on each table.
# What epsilon does one table get?

# %% tags=["task"]
monthly = ...
### BEGIN SOLUTION
monthly = epsilon / 12
### END SOLUTION
check("monthly", monthly)

# %% [markdown]
# ## Task 5: an attacker with a hunch
#
# In the lesson, the attacker thought both cases equally likely.
# Now she believes with probability `prior` that the person is in the register.
# Write a function that takes `prior` and `epsilon` and returns the largest probability that any print can raise her belief to.
# The odds `prior / (1 - prior)` grow at most by the factor `exp(epsilon)`.

# %% tags=["task"]
belief = ...


### BEGIN SOLUTION
def belief(prior, epsilon):
    raised = prior * exp(epsilon)
    return raised / (raised + 1 - prior)


### END SOLUTION
check("belief", belief)

# %% [markdown]
# ## Task 6: what does the guarantee say?
#
# A city publishes one table with an epsilon of 0.1.
# What may it promise to each person in the register? Answer with one letter.
#
# - a: Nobody can learn anything about you from this table.
# - b: Whatever the table prints, it would have been nearly as likely to print it without your row.
# - c: Each count is within ten percent of the truth.
# - d: You are safe, however many such tables follow.

# %% tags=["task"]
promise = ...
### BEGIN SOLUTION
promise = "b"
### END SOLUTION
check("promise", promise)
