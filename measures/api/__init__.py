"""Asking before acting, by machine: single, in batches, by workbook; and what was decided upon it."""
