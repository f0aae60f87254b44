# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
import pandas as pd

from digigov import begin, check, load
from digigov.models import framework

begin("07", globals(), edition="en")
policies = load("policies").set_index("policy_id", drop=False)
selected = framework.select(framework.place(policies), from_year, to_year, issuer)

# %% [markdown]
# ## Task 1: known to the day
#
# The table `selected` holds the documents that your parameters choose.
# For how many of them is the publication known to the day?
# The column `date_published` holds texts such as `2022-10-03`, `2022-10` or `2002`, or nothing.

# %% tags=["task"]
rows_by_publication = ...
### BEGIN SOLUTION
rows_by_publication = int((selected["date_published"].str.len() == 10).sum())
### END SOLUTION
check("rows_by_publication", rows_by_publication)

# %% [markdown]
# ## Task 2: the longest wait
#
# The twenty data measures are row `P18` of `policies`, with the columns `date_approved` and `date_published`.
# Before you compute: is either of the two a day?
# What is the largest number of days that can lie between approval and publication?

# %% tags=["task"]
longest_wait = ...
### BEGIN SOLUTION
longest_wait = (pd.Timestamp("2022-12-31") - pd.Timestamp("2022-06-01")).days
### END SOLUTION
check("longest_wait", longest_wait)

# %% [markdown]
# ## Task 3: decrees a year
#
# Decrees of the State Council are numbered on from year to year.
# Rows `P03` and `P08` are two of them; their numbers are in `doc_number`, their days in `date_adopted`.
# How many decrees a year did the State Council issue between the two?
# Give one decimal at least.

# %% tags=["task"]
decrees_a_year = ...
### BEGIN SOLUTION
two = policies.loc[["P03", "P08"]]
number = two["doc_number"].str.extract(r"(\d+)", expand=False).astype(int)
signed = pd.to_datetime(two["date_adopted"])
decrees_a_year = (number["P08"] - number["P03"]) / (signed["P08"] - signed["P03"]).days * 365.25
### END SOLUTION
check("decrees_a_year", decrees_a_year)

# %% [markdown]
# ## Task 4: set the clock yourself
#
# In 2022 the General Office signed its number 32 on the day that row `P16` gives in `date_adopted`.
# If 2021 went at the same steady pace, on which day of that year (1 is 1 January) was number 6 signed?
# Guess a month first.

# %% tags=["task"]
day_of_number_six = ...
### BEGIN SOLUTION
day_of_number_six = 6 / 32 * pd.Timestamp(policies.loc["P16", "date_adopted"]).day_of_year
### END SOLUTION
check("day_of_number_six", day_of_number_six)

# %% [markdown]
# ## Task 5: what follows?
#
# Over the whole record, eleven pairs of “one visit” and “one network” are in the order of the story and eight are reversed.
# If the dates are shuffled, about four cases in ten keep as many pairs in order.
# What follows from that, and nothing more?
#
# - a: the two stages did not follow one another
# - b: the two stages followed one another, since most pairs are in order
# - c: these documents do not tell a sequence from no sequence
# - d: the stages followed one another with a probability of about six in ten

# %% tags=["task"]
what_follows = ...
### BEGIN SOLUTION
what_follows = "c"
### END SOLUTION
check("what_follows", what_follows)

# %% [markdown]
# ## Task 6: an order that admits what it does not know
#
# Write a function that takes two dates as texts, each a day, a month or a year, and returns `"before"` if the first is surely the earlier, `"after"` if it is surely the later, and `"unknown"` otherwise.
# The function `framework.bounds` turns a Series of such texts into the first and the last day of each.

# %% tags=["task"]
order_of = ...


### BEGIN SOLUTION
def order_of(one, other):
    days = framework.bounds(pd.Series([one, other]))
    if days.loc[0, "last"] < days.loc[1, "first"]:
        return "before"
    if days.loc[1, "last"] < days.loc[0, "first"]:
        return "after"
    return "unknown"


### END SOLUTION
check("order_of", order_of)
