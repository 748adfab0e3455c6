"""星级: a member's stars of each half-year from points and ratings, and a volunteer's for good from hours. They never mix."""
