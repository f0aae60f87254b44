# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check, load
from digigov.models import statistic, users
from digigov.quantities import Interval, printed_interval

begin("01", globals(), edition="en")

# %%
claims = load("claims").set_index("claim_id")
persons = users.denominators(load("provinces"), load("internet"), [2022]).loc[2022]

# %% [markdown]
# Replace the dots with your answer and run the cell.
# A wrong answer gets a hint that says why it is wrong; try as often as you like.
#
# ## Task 1: a rounded share
#
# A report prints 75.6 percent.
# From where to where may the share be before it was rounded?
# Answer with a list of two numbers.

# %% tags=["task"]
rounded = ...
### BEGIN SOLUTION
rounded = [75.55, 75.65]
### END SOLUTION
check("rounded", rounded)

# %% [markdown]
# ## Task 2: nearly
#
# “Nearly 150 million users”, read by the letter: what is certain?
# Answer with a list of the least and the most, in millions.

# %% tags=["task"]
nearly = ...
### BEGIN SOLUTION
by_letter = printed_interval(150e6, "nearly")
nearly = [by_letter.low / 1e6, by_letter.high / 1e6]
### END SOLUTION
check("nearly", nearly)

# %% [markdown]
# ## Task 3: divide by hand
#
# Between 80 and 90 services are shared by 4 to 5 departments.
# How many services is that per department: at least, and at most?

# %% tags=["task"]
per_department = ...
### BEGIN SOLUTION
quotient = Interval(80, 90) / Interval(4, 5)
per_department = [quotient.low, quotient.high]
### END SOLUTION
check("per_department", per_department)

# %% [markdown]
# ## Task 4: uses per head
#
# Take 85 billion uses as exact.
# How many are that per head of your `denominator` and month, from the launch on 31 May 2019 to the end of 2022?
# The series `persons` has the number of persons for each denominator.

# %% tags=["task"]
per_head = ...
### BEGIN SOLUTION
months = statistic.months_between("2019-05-31", "2022-12-31")
per_head = 85e9 / persons[denominator] / months
### END SOLUTION
check("per_head", per_head)

# %% [markdown]
# ## Task 5: a function
#
# Write a function that divides two intervals of positive numbers.
# It takes four numbers, the bounds of the one and the bounds of the other, and returns two.

# %% tags=["task"]
divide = ...


### BEGIN SOLUTION
def divide(a, b, c, d):
    return a / d, b / c


### END SOLUTION
check("divide", divide)

# %% [markdown]
# ## Task 6: what may be compared?
#
# Which of these sentences conclude more than their figures allow?
# Answer with a set of letters, for example `{"a", "b"}`.
#
# - a: The platform had 85 billion uses by 2022 and 36.82 billion by 2021, so there were about 48 billion in 2022.
# - b: One source counts uses and another one visits three months later, so growth has stopped.
# - c: China ranks 43rd in one index and 47th in a part of it.
# - d: The app had over 100 million users in 2021 and nearly 150 million in 2023, so it grew by exactly 50 million.

# %% tags=["task"]
not_comparable = ...
### BEGIN SOLUTION
not_comparable = {"b", "d"}
### END SOLUTION
check("not_comparable", not_comparable)
