"""Pages of the fund: its open accounts, giving, the desk, and the books."""
