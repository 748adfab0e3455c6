"""批量发放: the same points for everybody of a group, such as the yearly base of Party members, by two people."""
