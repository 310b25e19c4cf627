"""The staff door itself: the site of the admin, the second factor and the budgets of wrong passwords.

It stands apart from `registry.admin` because Django makes the site before it looks for the pages that register on it.
"""
