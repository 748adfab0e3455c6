"""How an incident passes from hand to hand, is worked on, is given more time, and ends with two keys."""
