# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.exercises import trusted_code as exercise
from digigov.models import trusted_code

begin("09", globals(), edition="en")
codes = load("credit_codes")["code"]
body = codes.iloc[seed % len(codes)][:-1]
token_body = exercise.token_body(seed, token_seconds)

# %% [markdown]
# ## Task 1: the last character
#
# The variable `body` holds the first seventeen characters of a code that was seen in print.
# Which character comes last?
# Write it in quotes, and compute it instead of looking it up: `trusted_code.ALPHABET` holds the 31 characters in the order of their values.

# %% tags=["task"]
last_character = ...
### BEGIN SOLUTION
values = [trusted_code.ALPHABET.index(character) for character in body]
total = sum(value * 3**place for place, value in enumerate(values))
last_character = trusted_code.ALPHABET[-total % 31]
### END SOLUTION
check("last_character", last_character)

# %% [markdown]
# ## Task 2: the swap that nobody sees
#
# The eighteenth character notices when two of the eighteen are swapped, whichever two, with one exception.
# Which two places are it?
# Give them as a list of two numbers, counted from 1.
# (Swapping equal characters changes nothing, and does not count.)

# %% tags=["task"]
unseen_swap = ...
### BEGIN SOLUTION
weights = [3**place % 31 for place in range(17)] + [1]
unseen_swap = [
    place + 1 for place, weight in enumerate(weights) if weights.count(weight) > 1
]  # equal weights
### END SOLUTION
check("unseen_swap", unseen_swap)

# %% [markdown]
# ## Task 3: twenty-four registers
#
# Every firm has one record in each of 24 registers, and the code of each record is wrong with probability `error_rate`, independently.
# In what share of the firms, in percent, is at least one record wrong?

# %% tags=["task"]
firms_with_an_error = ...
### BEGIN SOLUTION
firms_with_an_error = 100 * (1 - (1 - error_rate) ** 24)
### END SOLUTION
check("firms_with_an_error", firms_with_an_error)

# %% [markdown]
# ## Task 4: the screenshot
#
# A holder sends a screenshot of a fresh token to a friend.
# The friend shows it at the right counter, in time, before the holder does.
# The counter makes all five checks.
# What happens?
#
# - a: the signature fails, because a screenshot is only a copy
# - b: the check for “once” refuses the friend
# - c: the friend is let in, and the holder is refused afterwards
# - d: the audience check refuses the friend, who is not the holder

# %% tags=["task"]
screenshot = ...
### BEGIN SOLUTION
screenshot = "c"
### END SOLUTION
check("screenshot", screenshot)

# %% [markdown]
# ## Task 5: a counter of your own
#
# Write a function that takes a token and an office, and says with `True` or `False` whether the token is accepted.
# A token has a `body` like `token_body` below, and a `signature`.
# An office has `name`, `now`, the sets `revoked` and `seen`, and the method `signature_fits(token)`.
# The office itself does not write down what your function accepts: that is your function's duty.

# %%
token_body

# %% tags=["task"]
accept = ...


### BEGIN SOLUTION
def accept(token, office):
    fine = (
        office.signature_fits(token)
        and office.now < token.body["expires"]
        and token.body["audience"] == office.name
        and token.body["id"] not in office.revoked
        and token.body["id"] not in office.seen
    )
    if fine:
        office.seen.add(token.body["id"])
    return fine


### END SOLUTION
check("accept", accept)

# %% [markdown]
# ## Task 6: what does the token prove?
#
# A token says that a firm has paid its contributions, and all five checks pass.
# What follows?
#
# - a: the firm has paid
# - b: the person who shows the token belongs to the firm
# - c: the issuer signed this statement about this code, for this counter
# - d: nobody else has seen the token

# %% tags=["task"]
what_is_proved = ...
### BEGIN SOLUTION
what_is_proved = "c"
### END SOLUTION
check("what_is_proved", what_is_proved)
