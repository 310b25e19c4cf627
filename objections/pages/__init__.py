"""The public pages: filing, following, checking a receipt, the rules and the counts."""
