"""The registry of published events: what each looks like, for programs, and what may change about it."""
