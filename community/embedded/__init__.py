"""The PostgreSQL and Valkey that come as packages, and the supervisor behind ``make demo``."""
