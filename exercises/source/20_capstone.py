# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, say
from digigov.models import capstone

begin("20", globals(), edition="en")

# %%
text = capstone.sample_text("bulletin")
claims = capstone.read_claims(text, usual=usual)
say(_("{lines}"), lines="\n".join(f"{n}. {line}" for n, line in enumerate(text.splitlines(), 1)))

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: read it yourself
#
# The bulletin above is about a city that does not exist, and four faults are planted in it.
# In which lines do they stand?
# Whoever reads no Chinese finds the words that matter explained in the first section of the lesson.
# Answer with a set of line numbers; the title is line 1, and a fault between two lines counts for either of them.

# %% tags=["task"]
fault_lines = ...
### BEGIN SOLUTION
fault_lines = {5, 7, 8, 10}
### END SOLUTION
check("fault_lines", fault_lines)

# %% [markdown]
# ## Task 2: how many holders fit?
#
# Line 5 says that 3.987 million people hold an electronic card, 71.5% of the residents, of whom there are 6.124 million.
# If share and residents are right, how many holders are there, in units of 10,000 (万)?

# %% tags=["task"]
holders = ...
### BEGIN SOLUTION
holders = 612.4 * 0.715
### END SOLUTION
check("holders", holders)

# %% [markdown]
# ## Task 3: the sum that should be
#
# In line 8, which total would the parts have?

# %% tags=["task"]
total_points = ...
### BEGIN SOLUTION
total_points = 180 + 1104
### END SOLUTION
check("total_points", total_points)

# %% [markdown]
# ## Task 4: a test of your own
#
# Write a function that takes a whole and a list of its parts, each printed with one decimal, and says whether they fit: `True` if the sum of the parts, each off by at most 0.05, can equal the whole, itself off by at most 0.05.

# %% tags=["task"]
can_add_up = ...


### BEGIN SOLUTION
def can_add_up(whole, parts):
    return abs(sum(parts) - whole) <= 0.05 * (len(parts) + 1) + 1e-9


### END SOLUTION
check("can_add_up", can_add_up)

# %% [markdown]
# ## Task 5: what does “stands alone” mean?
#
# - a: the figure is probably invented
# - b: the figure is right, since nothing contradicts it
# - c: no other figure of the text can test it
# - d: the extractor has made a mistake

# %% tags=["task"]
alone_means = ...
### BEGIN SOLUTION
alone_means = "c"
### END SOLUTION
check("alone_means", alone_means)

# %% [markdown]
# ## Task 6: what next?
#
# The share of satisfied callers in line 7 is above 100 percent.
# What is the best next step?
#
# - a: print that the city lies
# - b: replace it by 100 percent
# - c: look for the number in the report that the bulletin summarises, and for the question that was asked
# - d: leave the row out of the table

# %% tags=["task"]
next_step = ...
### BEGIN SOLUTION
next_step = "c"
### END SOLUTION
check("next_step", next_step)
