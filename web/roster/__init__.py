"""Lists of people: handed in, checked, applied, taken back."""
