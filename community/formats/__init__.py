"""How dates and durations are written in each language (Django's FORMAT_MODULE_PATH)."""
