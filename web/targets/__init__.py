"""Goals under every base, what can still be reached, and the letter that asks which base is meant."""
