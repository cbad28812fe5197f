"""`python -m shared.cli`: the same as `yiwang`, without needing it on the PATH."""

from shared.cli import main

main()
