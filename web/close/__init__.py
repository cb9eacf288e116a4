"""The daily close: who has sent, what may be missing, closing, late entries, opening again."""
