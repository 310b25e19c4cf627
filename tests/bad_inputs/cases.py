"""What people and attackers type, by number: the cases every door has to stand, each tried by a test that names it.

A test names a case in its id, its docstring or the docstring of its file. What is not yet to be met here (workbooks)
has its cases where its doors are.
"""

from __future__ import annotations

CASES = {
    # Codes
    "BI-C01": "a right code",
    "BI-C02": "blanks, tabs and line ends around a code",
    "BI-C04": "a code in full width",
    "BI-C05": "a wrong check character",
    "BI-C07": "the letter O for the digit 0",
    "BI-C08": "the letter I for the digit 1",
    "BI-C10": "a character without width inside",
    "BI-C11": "a byte order mark in front",
    "BI-C13": "hyphens and blanks inside",
    "BI-C14": "one character too many, or missing",
    "BI-C16": "the same digit eighteen times",
    "BI-C17": "a department that assigns no codes",
    "BI-C19": "somebody's resident ID in the place of a code",
    "BI-C20": "nothing: null, empty, blank, left out",
    "BI-C22": "the same parameter twice",
    # Numbers of persons
    "BI-I01": "a resident ID in a public search box",
    "BI-I03": "a resident ID of fifteen digits",
    "BI-I04": "a small x at the end",
    "BI-I06": "a resident ID in full width, or with blanks",
    # Names
    "BI-N01": "rare characters beyond the basic plane",
    "BI-N03": "NUL, wherever text can stand",
    "BI-N04": "a lone surrogate in JSON",
    "BI-N06": "characters that turn or hide text",
    "BI-N07": "brackets and dots of several forms",
    "BI-N09": "a character more than fits, and five megabytes of it",
    "BI-N10": "piles of combining marks, strings of emoji",
    "BI-N12": "markup and scripts",
    "BI-N13": "formulas of a spreadsheet",
    "BI-N15": "paths and device names in the name of a file",
    # Days
    "BI-D02": "days in many forms",
    "BI-D03": "a day whose order nobody can know",
    "BI-D05": "the day that only Excel knows",
    "BI-D06": "tomorrow, shortly after midnight in Ankang",
    "BI-D08": "moments where a day is asked",
    "BI-D09": "a deadline beyond the calendar",
    # Numbers
    "BI-M01": "amounts that are none, or in many forms",
    "BI-M02": "numbers of JSON that are none",
    # Search
    "BI-S02": "an endless question",
    "BI-S03": "a question that meets everything",
    "BI-S05": "the name of a natural person",
    "BI-S06": "the signs of patterns",
    "BI-S08": "lookups of the database as parameters",
    # Pages of lists
    "BI-P01": "page numbers that are none",
    "BI-P03": "a page far behind",
    "BI-P04": "a cursor, which no list has",
    # API
    "BI-A02": "a key twice",
    "BI-A03": "JSON that is none",
    "BI-A05": "protected fields",
    "BI-A06": "other methods, and headers that pretend them",
    "BI-A08": "idempotency keys, wrong, shared or reused",
    "BI-A09": "other content types",
    "BI-A11": "a compressed body",
    "BI-A12": "escapes inside keys",
    "BI-A14": "the record of another organisation",
    "BI-A15": "guessed identifiers",
    # Headers and the wire
    "BI-R02": "a forged address of origin",
    "BI-R03": "https that is only said",
    "BI-R05": "headers that are none",
    "BI-R06": "another site's request",
    "BI-R08": "requests that two servers could read differently",
    "BI-R09": "senders that never come to an end",
    # Staff
    "BI-F02": "passwords, by the thousand",
    "BI-F03": "codes of the second factor, used again or wrong",
    "BI-F05": "persons, taken away in bulk",
    "BI-F06": "another address for the province",
    # The work of the departments
    "BI-W02": "approving what must not be approved",
    "BI-W03": "two reviewers in the same second",
    "BI-W09": "a decision entered late",
    # Workbooks
    "BI-X01": "a sheet of billions of cells",
    "BI-X03": "a small workbook that expands to hundreds of megabytes",
    "BI-X04": "five million shared strings",
    "BI-X06": "entities, of the file system and of the net",
    "BI-X07": "containers that lie about themselves",
    "BI-X09": "formulas, links, hidden rows and sheets",
    "BI-X10": "codes that Excel turned into numbers",
    "BI-X12": "empty, one right of a thousand, all doubles, very many",
    "BI-X13": "the same file twice, at once, and after a kill",
    "BI-X15": "the mark of another body in a file of mine",
    "BI-V01": "CSV in many encodings, or broken",
    "BI-U02": "other kinds of files under the name of a workbook",
    "BI-U06": "names of files that climb, hide or turn",
    "BI-U09": "guessed addresses of delivered files",
    "BI-W05": "two procedures about one record, or a repair before its time",
    "BI-W06": "guessing at the code of a case",
    "BI-W08": "taking back, adding or changing after the decision",
    "BI-W11": "a long text sent from a page that has expired",
    # Text and files of applicants
    "BI-T01": "a statement of blanks, of marks without width, of one character",
    "BI-H01": "markup that runs, frames or sends, in a text",
    "BI-H02": "two hundred thousand tags, a megabyte of entities",
    "BI-U03": "a document that does things when it is opened, or has no end",
    "BI-U05": "a photograph that tells where and by what it was taken",
    "BI-U08": "a virus, openly or packed, while the scanner is up or down",
    # The province's replies
    "BI-Z02": "receipts that are not exact",
    "BI-Z03": "a connection that breaks",
    "BI-Z05": "refusals for good, and redirects",
    "BI-Z06": "versions out of order",
    "BI-Z08": "certificates that prove nothing",
}
