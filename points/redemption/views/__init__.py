"""Pages of redemption: the member's shop, the partner's counter, the desk, and settling."""
