# %% [markdown] tags=["header"]
# <<header>>

# %% tags=["parameters"]

# %% tags=["begin"]
from digigov import begin, check
from digigov.models import extraction
from digigov.text import read_numeral

begin("02", globals(), edition="en")
text, key = extraction.sample()

# %% [markdown]
# ## Task 1: what the bytes prove
#
# In the sample a question mark and these characters stand where one byte of GBK was lost.
# Which characters follow from the bytes alone, without guessing the one that lost its byte?

# %% tags=["task"]
garbled = "芾砣罕娫V"
proved = ...
### BEGIN SOLUTION
proved = garbled.encode("gbk")[1:].decode("gbk")
### END SOLUTION
check("proved", proved)

# %% [markdown]
# ## Task 2: how much is left to guess?
#
# One byte of the lost character is still there: the first byte of `garbled`.
# How many characters of GBK have it as their second byte?
# First bytes run from `0x81` to `0xFE`; not every pair is a character.

# %% tags=["task"]
candidates = ...
### BEGIN SOLUTION
second = garbled.encode("gbk")[:1]
pairs = [(bytes([first]) + second).decode("gbk", errors="ignore") for first in range(0x81, 0xFF)]
candidates = sum(len(pair) == 1 for pair in pairs)
### END SOLUTION
check("candidates", candidates)

# %% [markdown]
# ## Task 3: read a numeral
#
# A report says that `两三百万人` use a service.
# Between which two numbers does it put them? Give a list of the lower and the higher, in persons.

# %% tags=["task"]
persons = ...
### BEGIN SOLUTION
numeral = read_numeral("两三百万")
persons = [numeral.low, numeral.high]
### END SOLUTION
check("persons", persons)

# %% [markdown]
# ## Task 4: what the widths are worth
#
# The function `extraction.claims_without(text, step, strict=strict)` leaves one step out of the repair, or nothing if `step` is `None`.
# By how many percentage points does *recall* fall if the step `"widths"` is left out?
# You also have `extraction.compare`, `extraction.measure` and `key`.

# %% tags=["task"]
loss = ...
### BEGIN SOLUTION
full, without = (
    extraction.measure(extraction.compare(extraction.claims_without(text, step, strict=strict), key))
    for step in (None, "widths")
)
loss = 100 * (full["recall"] - without["recall"])
### END SOLUTION
check("loss", loss)

# %% [markdown]
# ## Task 5: teach it a new numeral
#
# `九成` is nine tenths, 90 percent; `八成半` is 85 and `三成五` is 35.
# Write a function that takes such a text and returns the percent as a number.
# `read_numeral` reads each digit: `read_numeral("九").low` is 9.

# %% tags=["task"]
tenths = ...


### BEGIN SOLUTION
def tenths(text):
    tens, rest = text.split("成")
    ones = 0 if not rest else 10 * read_numeral(rest).low if rest == "半" else read_numeral(rest).low
    return 10 * read_numeral(tens).low + ones


### END SOLUTION
check("tenths", tenths)

# %% [markdown]
# ## Task 6: which test would you trust?
#
# Extractor A found all 21 claims of the text that its rules were written on.
# Extractor B found 57 of 60 claims in texts that its makers had never seen.
# Which statement holds?
#
# - a: A is better, because 100 % is more than 95 %
# - b: B's 95 % says what to expect of a new text; A's 100 % does not
# - c: they are equally good, because their intervals overlap
# - d: neither says anything, because recall is not precision

# %% tags=["task"]
which_test = ...
### BEGIN SOLUTION
which_test = "b"
### END SOLUTION
check("which_test", which_test)
