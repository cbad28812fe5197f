"""How fast the platform is, beside a limit that was measured in the same run on the same machine.

Absolute figures say more about a machine than about us, so each comes with a reference and a ratio. Ours
and the reference take turns, and medians are quoted. Nothing here is a test: a slow machine is no bug.
"""
