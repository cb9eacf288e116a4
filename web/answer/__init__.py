"""The numbers for the telephone, and what was said."""
