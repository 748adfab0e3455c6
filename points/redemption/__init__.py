"""兑换: what members take for their points from partner units, half a year at a time."""
