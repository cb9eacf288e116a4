"""Names, numbers, dates of birth: how people are written, read, compared and sorted."""
