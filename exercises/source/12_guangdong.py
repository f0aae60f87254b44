# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
import numpy as np

from digigov import begin, check, load
from digigov.models import guangdong

begin("12", globals(), edition="en")
provinces = load("provinces").set_index("code")
series = load("platform_series")
is_latest = (
    (series["entity"] == "yueshengshi") & (series["period"] == "2023-12") & (series["unit"] == "persons")
)
users = series.loc[is_latest, "value"].item()

# %% [markdown]
# ## Task 1: users per resident
#
# The variable `users` holds the real-name users of December 2023, in persons.
# The table `provinces` has a column for each year-end, such as `pop_2022_10k`, in units of ten thousand persons; the row of Guangdong is `440000`.
# How many users were there for each resident at the end of `resident_base`?

# %% tags=["task"]
users_per_resident = ...
### BEGIN SOLUTION
residents = 10_000 * provinces.loc["440000", f"pop_{resident_base}_10k"]
users_per_resident = users / residents
### END SOLUTION
check("users_per_resident", users_per_resident)

# %% [markdown]
# ## Task 2: how many of the users cannot be residents?
#
# Suppose that every person has one account at most.
# What is the smallest share of the users, in percent, who are not residents?

# %% tags=["task"]
share_of_others = ...
### BEGIN SOLUTION
residents = 10_000 * provinces.loc["440000", f"pop_{resident_base}_10k"]
share_of_others = 100 * guangdong.non_residents_needed(users, residents) / users
### END SOLUTION
check("share_of_others", share_of_others)

# %% [markdown]
# ## Task 3: when were there 150 million?
#
# In February 2021 the platform had 100 million users, in December 2023 it had 184 million: 34 months later.
# Suppose that the same number of users came every month.
# How many months after February 2021 were there 150 million?

# %% tags=["task"]
months_to_150_million = ...
### BEGIN SOLUTION
months_to_150_million = np.interp(150, [100, 184], [0, 34])
### END SOLUTION
check("months_to_150_million", months_to_150_million)

# %% [markdown]
# ## Task 4: what follows?
#
# A province has more real-name users than residents.
# What follows from that, and nothing more?
#
# - a: the number of users is wrong
# - b: every resident has an account, and some people from elsewhere have one too
# - c: some residents have several accounts
# - d: some accounts are second accounts, or belong to people who are not residents

# %% tags=["task"]
what_follows = ...
### BEGIN SOLUTION
what_follows = "d"
### END SOLUTION
check("what_follows", what_follows)

# %% [markdown]
# ## Task 5: how few services?
#
# Write a function that takes a list of how often each service is used, in any order, and a share such as 0.9.
# It returns the smallest number of services that together carry at least that share of the use.

# %% tags=["task"]
services_needed = ...


### BEGIN SOLUTION
def services_needed(uses, share):
    cumulative = np.cumsum(sorted(uses, reverse=True))
    return int((cumulative < share * sum(uses)).sum()) + 1


### END SOLUTION
check("services_needed", services_needed)

# %% [markdown]
# ## Task 6: change the model
#
# In the lesson, nobody hands in a document that is an electronic certificate.
# Change the model: each *person* still hands it in once, and only the repetitions are spared; other documents are handed in every time.
#
# Write a function that takes a list of requests, each a pair `(person, document)`, and the set of documents that are certificates.
# It returns how many papers are handed in.

# %% tags=["task"]
papers_handed_in = ...


### BEGIN SOLUTION
def papers_handed_in(requests, certificates):
    once = {pair for pair in requests if pair[1] in certificates}
    every_time = [pair for pair in requests if pair[1] not in certificates]
    return len(once) + len(every_time)


### END SOLUTION
check("papers_handed_in", papers_handed_in)
