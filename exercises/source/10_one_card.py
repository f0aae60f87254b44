# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import one_card

begin("10", globals(), edition="en")

# %%
provinces = load("provinces").dropna(subset="grid_row").set_index("code")
home = load("provinces", lang="en").set_index("name")["code"][home_province]
shares = one_card.flows(provinces, attraction, distance_decay)
total_fen = one_card.payments_fen(load("platform_series"), n_visits)
bills = one_card.draw_bills(shares, n_visits, total_fen, seed)
owed = one_card.post(bills, provinces.index)

# %% [markdown]
# ## Task 1: a ring of three
#
# Three provinces owe each other, in yuan:
#
# | owes | to A | to B | to C |
# | --- | --- | --- | --- |
# | A | | 120.50 | |
# | B | 20.00 | | 80.25 |
# | C | 95.75 | | |
#
# They settle by multilateral netting.
# How much money moves, in *fen*?
# A pencil is enough.

# %% tags=["task"]
ring_fen = ...
### BEGIN SOLUTION
nets = [95_75 + 20_00 - 120_50, 120_50 - 20_00 - 80_25, 80_25 - 95_75]
ring_fen = sum(net for net in nets if net > 0)
### END SOLUTION
check("ring_fen", ring_fen)

# %% [markdown]
# ## Task 2: one province
#
# The table `owed` holds what the province of the row owes the province of the column, in fen; `home` is the code of `home_province`.
# What is its net position in fen: positive if it receives, negative if it pays?

# %% tags=["task"]
home_net = ...
### BEGIN SOLUTION
home_net = owed[home].sum() - owed.loc[home].sum()
### END SOLUTION
check("home_net", home_net)

# %% [markdown]
# ## Task 3: what the third province adds
#
# Bilateral netting sets off pairs; multilateral netting sets off rings as well.
# How much money does the second spare *on top of* the first, in percent of the gross amount?

# %% tags=["task"]
spared_by_rings = ...
### BEGIN SOLUTION
moved = one_card.moved(owed)
spared_by_rings = 100 * (moved["bilateral"] - moved["multilateral"]) / moved["gross"]
### END SOLUTION
check("spared_by_rings", spared_by_rings)

# %% [markdown]
# ## Task 4: the same bill twice
#
# A hospital sends one bill twice, and it is paid twice.
# Which of these checks notices?
# Answer with one letter, for example `"a"`.
#
# - a: the net positions sum to zero
# - b: the debts add up to the bills
# - c: what is paid into the common account equals what is paid out
# - d: the payer of every bill is the province of the card
# - e: no bill number occurs more than once

# %% tags=["task"]
notices = ...
### BEGIN SOLUTION
notices = "e"
### END SOLUTION
check("notices", notices)

# %% [markdown]
# ## Task 5: not one fen lost
#
# Write a function that shares out a loss.
# It takes the loss in fen (a whole number) and a list of whole weights, and returns a list of whole numbers of fen: everyone's proportional share without its fraction, and the fen left over one by one to the largest fractions.
# Of equal fractions the first in the list goes first.
# Use no number with a decimal point: the loss can be large.

# %% tags=["task"]
share_out = ...


### BEGIN SOLUTION
def share_out(loss, weights):
    whole = sum(weights)
    shares = [loss * weight // whole for weight in weights]
    fractions = [loss * weight % whole for weight in weights]
    first = sorted(range(len(weights)), key=lambda i: -fractions[i])
    for i in first[: loss - sum(shares)]:
        shares[i] += 1
    return shares


### END SOLUTION
check("share_out", share_out)

# %% [markdown]
# ## Task 6: a headline
#
# “Netting between provinces saves seven in ten yuan of the cost of treatment away from home.”
# Suppose that netting does set off seven in ten yuan.
# What is the best answer to the headline?
#
# - a: it is right
# - b: the treatment costs what it cost; what is spared is payments between provinces
# - c: the cost is saved, but by the hospitals, not by the provinces
# - d: it would be right if the provinces cleared once a year

# %% tags=["task"]
headline = ...
### BEGIN SOLUTION
headline = "b"
### END SOLUTION
check("headline", headline)
