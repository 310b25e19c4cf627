"""What anybody may read, before it becomes a page or JSON: look-ups, lists, words and masks.

Pages and the API are siblings that know nothing of each other; what both say is said here.
"""
