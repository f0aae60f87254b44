# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from scipy import stats

from digigov import begin, check, load

begin("08", globals(), edition="en")
standard = load("industry_classes")
letters = standard[standard["scope_code"].str.fullmatch("[A-T]")]
sections = letters.pivot(index="scope_code", columns="level", values="n_classes")
sections[["division", "group", "class"]]

# %% [markdown]
# ## Task 1: another ministry
#
# A ministry says that its platform watches 6 divisions, 40 groups and 202 classes.
# Which sections are these?
# Answer with a set of letters, for example `{"A", "B"}`.
# Three sections will do; a loop over `itertools.combinations` finds them.

# %% tags=["task"]
which_sections = ...
### BEGIN SOLUTION
from itertools import combinations

which_sections = next(
    set(three)
    for three in combinations(sections.index, 3)
    if sections.loc[list(three), ["division", "group", "class"]].sum().tolist() == [6, 40, 202]
)
### END SOLUTION
check("which_sections", which_sections)

# %% [markdown]
# ## Task 2: how many totals?
#
# A panel watches 700 classes in 31 provinces.
# How many series a month are *sums* of others?
# Count every total at every level: classes in the nation; groups, divisions, sections and all industry in the provinces and in the nation.
# There are 4 sections, 44 divisions and 224 groups.

# %% tags=["task"]
totals = ...
### BEGIN SOLUTION
totals = (1 + 4 + 44 + 224 + 700) * (1 + 31) - 700 * 31
### END SOLUTION
check("totals", totals)

# %% [markdown]
# ## Task 3: false alarms
#
# Each of 21,700 series rings if it lies `threshold` standard deviations below its history.
# With `months` in the panel, a calm series follows Student's t with `months - 2` degrees of freedom.
# How many false alarms a month do you expect?
# `stats.t.cdf(x, df)` and `stats.norm.cdf(x)` give the probability to lie below `x`.

# %% tags=["task"]
false_alarms = ...
### BEGIN SOLUTION
false_alarms = 21_700 * stats.t.cdf(-threshold, months - 2)
### END SOLUTION
check("false_alarms", false_alarms)

# %% [markdown]
# ## Task 4: diluted
#
# A national series usually stays within a standard deviation of 2.5 percent of its share.
# One province loses `shock_size` of its part in it.
# How large must this part be, in percent of the nation, for the national series to fall by `threshold` standard deviations?
# Take percent as they are, without logarithms.
# More than 100 is an answer too: never.

# %% tags=["task"]
needed_share = ...
### BEGIN SOLUTION
needed_share = threshold * 2.5 / shock_size
### END SOLUTION
check("needed_share", needed_share)

# %% [markdown]
# ## Task 5: climb
#
# Write a function that takes the output of some classes, a Series with their codes as index, and a number of characters.
# It returns the sums by the first characters of the code: one character for sections, three for divisions, four for groups.

# %% tags=["task"]
climb = ...


### BEGIN SOLUTION
def climb(output, characters):
    return output.groupby(output.index.str[:characters]).sum()


### END SOLUTION
check("climb", climb)

# %% [markdown]
# ## Task 6: a good alarm?
#
# A vendor reports: “In the test our system found 19 of 20 planted shocks.”
# What do you have to know before you can say whether it is a good alarm?
#
# - a: how many series it watches
# - b: how often it rang when nothing had happened
# - c: how many months each series has
# - d: how long one run takes

# %% tags=["task"]
missing_figure = ...
### BEGIN SOLUTION
missing_figure = "b"
### END SOLUTION
check("missing_figure", missing_figure)
