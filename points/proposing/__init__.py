"""What one of two people proposes and another decides: awards, grants, accounts that change hands, a divided community.

A kind says who may do which, what its decision carries out and how that is called; all else stands here.
"""
