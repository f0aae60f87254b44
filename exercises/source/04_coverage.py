# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import coverage

begin("04", globals(), edition="en")
provinces = load("provinces").set_index("code")
population_2022 = provinces.loc["000000", "pop_2022_10k"] * 10_000

# %% [markdown]
# ## Task 1: the highest count
#
# The variable `count` holds the printed number of holders, and `count_digits` says how many of its digits are trusted.
# What is the highest number of holders that still prints that way, in persons?

# %% tags=["task"]
highest_count = ...
### BEGIN SOLUTION
highest_count = coverage.printed_count(count, count_digits).high
### END SOLUTION
check("highest_count", highest_count)

# %% [markdown]
# ## Task 2: the lowest population
#
# Which is the smallest population, in persons, that both printed figures allow?
# You have `count`, `count_digits`, `share` and `share_digits`.

# %% tags=["task"]
lowest_population = ...
### BEGIN SOLUTION
lowest_population = (
    coverage.printed_count(count, count_digits).low / coverage.printed_share(share, share_digits).high
)
### END SOLUTION
check("lowest_population", lowest_population)

# %% [markdown]
# ## Task 3: the share of the provinces
#
# Suppose the author had divided by the sum of the 31 provinces at the end of 2022 instead of the national total.
# Which share, in percent and with two decimals, would `count` have given?
# The table `provinces` has the column `pop_2022_10k`, in units of ten thousand persons; its row `000000` is the national total.

# %% tags=["task"]
share_of_provinces = ...
### BEGIN SOLUTION
share_of_provinces = 100 * count / (provinces.drop(index="000000")["pop_2022_10k"].sum() * 10_000)
### END SOLUTION
check("share_of_provinces", share_of_provinces)

# %% [markdown]
# ## Task 4: what follows?
#
# A count and a share turn out to be consistent with a published population.
# What follows from that, and nothing more?
#
# - a: the figures are true
# - b: an author who divided this count by this population could have printed this share
# - c: that population, and no other, was the denominator
# - d: everyone outside the share has no card

# %% tags=["task"]
what_follows = ...
### BEGIN SOLUTION
what_follows = "b"
### END SOLUTION
check("what_follows", what_follows)

# %% [markdown]
# ## Task 5: a solver of your own
#
# Write a function that takes the two printed intervals and a population, and says whether they fit.
# An interval has the bounds `.low` and `.high`; the share is a fraction of one.

# %% tags=["task"]
fits = ...


### BEGIN SOLUTION
def fits(count_interval, share_interval, population):
    return (
        count_interval.low <= share_interval.high * population
        and count_interval.high >= share_interval.low * population
    )


### END SOLUTION
check("fits", fits)
