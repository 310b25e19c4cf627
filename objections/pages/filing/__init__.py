"""The pages of the three forms: a first page that says what it takes, one question group a page, check, done."""
