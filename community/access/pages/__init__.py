"""Pages of one's own account, of household codes and of posts."""
