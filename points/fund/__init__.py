"""社区公益基金: a community's welfare fund on the one ledger. Where its money comes from, what it is for, where it went."""
