"""Pages on which anybody can check the ledger: a line with its receipt, a receipt's proof, the published links."""
