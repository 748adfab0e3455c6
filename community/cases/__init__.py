"""The pages and the API that cases of every kind share, generated from their transition tables."""
