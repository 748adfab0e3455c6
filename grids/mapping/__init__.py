"""Incidents and buildings on a map."""
