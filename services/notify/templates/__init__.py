"""The texts, as data: one file per language, every version ever used kept."""
