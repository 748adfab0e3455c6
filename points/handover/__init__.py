"""账户变更: an account goes over to somebody else, or ends; two people stand behind it."""
