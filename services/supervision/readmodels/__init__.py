"""What supervision looks at: the clock of every case, and the cards."""
