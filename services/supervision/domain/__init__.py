"""Cards as pure decisions: no clock, no table, no framework."""
