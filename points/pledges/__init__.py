"""亮身份、亮承诺: a card that a member shows because they want to, and takes back whenever they want."""
