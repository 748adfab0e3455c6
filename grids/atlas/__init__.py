"""The grids themselves: a list and a map of them as of any day, and the resident's own."""
