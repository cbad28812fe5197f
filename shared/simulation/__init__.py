"""A city's traffic on a virtual clock, through the public API alone.

`branches/` holds what can happen to a case, each branch a generator that acts and then says how
long nothing happens; `driver.py` interleaves any number of them by virtual time; `city.py` is who
acts. The demo and `yiwang simulate` are the same machine with different plans.
"""
