"""Recurring spots: the same thing at the same place for the third time within ninety days."""
