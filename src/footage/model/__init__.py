"""The nouns and their rules: frozen values and pure functions, standard library only."""
