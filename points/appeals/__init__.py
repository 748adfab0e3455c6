"""积分申诉: a member disagrees with a posting of their own; somebody who had no part in it answers in time."""
