"""The one store of uploaded bytes: addressed by content, so the same file twice is kept once."""
