"""What happens before the virtual environment exists: standard library only, run as ``python3 -m bootstrap``."""
