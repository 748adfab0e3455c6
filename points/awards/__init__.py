"""奖惩与复核: points that no rule gives by itself, decided by two people, and those of rules that somebody looks at first."""
