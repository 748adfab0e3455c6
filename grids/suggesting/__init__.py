"""While a problem is being told: what it probably is, and whether neighbours have told it already."""
