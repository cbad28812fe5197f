"""How fast the platform is, beside peers and limits that are measured in the same run on the same machine.

Absolute figures say more about a machine than about us, so each comes with a reference and a ratio. All
contenders of a figure take turns, and medians are quoted. Nothing here is a test: a slow machine is no bug.

A figure is a module in `figures/`: its docstring says what it shows, `measure(bench)` yields `Result`s and
pictures. Dropping a module in is all it takes to have it run, printed, stored and drawn.
"""
