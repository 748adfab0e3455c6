"""回复模板: words that staff write once and put to use with one tap; the placeholders fill themselves."""
