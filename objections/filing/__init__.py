"""From the first page of a form to a case, without an account.

fields       what a control takes: words, names, numbers, each with the sentence that says what is wrong
questions    the question groups, one a page
journeys     their order in each procedure, and what each answer is called on the page that checks them
drafts       the answers so far, kept for some hours under a key that only the address knows
doors        against floods and machines, without shutting anybody out
admission    whether the procedures may be begun on a record at all
submitting   the one verb that makes a case of a draft
"""
