"""积分规则: which event brings whom how much. What happens is told by the apps; what it is worth is data."""
