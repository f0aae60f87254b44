# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import egdi

begin("05", globals(), edition="en")
scores = load("egdi")
edition = egdi.edition_for(scores, country, year)
world = egdi.ranked_in(scores, edition)
world.loc[[country], ["country", "rank", "egdi", "osi", "tii", "hci"]]

# %% [markdown]
# `world` holds the countries that the edition ranked, by their code.
#
# ## Task 1: a rank that nobody printed
#
# Which rank does `country` have in human capital (`hci`), by competition ranking?

# %% tags=["task"]
hci_rank = ...
### BEGIN SOLUTION
hci_rank = world["hci"].rank(ascending=False, method="min")[country]
### END SOLUTION
check("hci_rank", hci_rank)

# %% [markdown]
# ## Task 2: Cameroon's missing piece
#
# The edition of 2008 gave OSI a weight of 0.34, TII and HCI of 0.33 each.
# Cameroon does not fit: the row is in `cameroon`.
# Which TII would make its printed index right, if everything else in the row is?

# %% tags=["task"]
cameroon = egdi.ranked_in(scores, 2008).loc["CMR"]
fitting_tii = ...
### BEGIN SOLUTION
fitting_tii = (cameroon["egdi"] - 0.34 * cameroon["osi"] - 0.33 * cameroon["hci"]) / 0.33
### END SOLUTION
check("fitting_tii", fitting_tii)

# %% [markdown]
# ## Task 3: the press office's year
#
# Up to 2024, from which earlier edition can `country` claim the most places gained?
# Answer with the year; where two editions tie, either will do.

# %% tags=["task"]
history = scores[scores["iso3"] == country].set_index("year")["rank"].dropna()
best_start = ...
### BEGIN SOLUTION
best_start = history.drop(index=2024).idxmax()
### END SOLUTION
check("best_start", best_start)

# %% [markdown]
# ## Task 4: the greatest climber of all
#
# Nobody gained more places from 2005 to 2022 than Liechtenstein: 136.
# Below are its rows, with what the data keepers noted.
# What is the best explanation?
#
# - a: it built up its online services faster than anybody else
# - b: fewer countries were ranked in 2005, so there were fewer places to hold
# - c: its human capital was stored as zero in 2005, most likely a missing value
# - d: the weights of the components had changed by 2022

# %%
liechtenstein = scores.query("iso3 == 'LIE' and year in [2005, 2022]").set_index("year")
liechtenstein[["rank", "egdi", "osi", "tii", "hci", "notes"]]

# %% tags=["task"]
greatest_climber = ...
### BEGIN SOLUTION
greatest_climber = "c"
### END SOLUTION
check("greatest_climber", greatest_climber)

# %% [markdown]
# ## Task 5: another definition
#
# Take the edition of 2024 and give *every* country its human capital score of 2022 back.
# Which rank would `country` have, with equal weights?
# The tables `now` and `then` hold the two editions.

# %% tags=["task"]
now, then = egdi.ranked_in(scores, 2024), egdi.ranked_in(scores, 2022)
rank_if = ...
### BEGIN SOLUTION
what_if = (now["osi"] + now["tii"] + then["hci"]) / 3
rank_if = what_if.rank(ascending=False, method="min")[country]
### END SOLUTION
check("rank_if", rank_if)

# %% [markdown]
# ## Task 6: any weights
#
# Write a function that takes a table like `world`, three weights (for OSI, TII and HCI, in this order) and a code, and returns the country's competition rank.
# The weights need not add up to one.

# %% tags=["task"]
rank_with = ...


### BEGIN SOLUTION
def rank_with(components, weights, code):
    osi, tii, hci = weights
    index = osi * components["osi"] + tii * components["tii"] + hci * components["hci"]
    return 1 + (index > index[code]).sum()


### END SOLUTION
check("rank_with", rank_with)
