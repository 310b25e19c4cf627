"""The demo data: what a newcomer meets after `manage.py demo`. All of it is fabricated (演示数据均为虚构).

Bodies are named as they are today; everything else says that it is invented: names hold 试例, organisation codes
begin XXD, document numbers begin with 9, persons were born in 1900. The tables beside this file hold the words;
what is made of them is the same on every machine, but for the day it is made relative to and the passwords.

    tables        the CSV files of this folder
    fabricating   codes and numbers that pass every check and belong to nobody
    cast          the subjects the records are about
    directory     organisations, what they may register and collect
    accounts      staff, passwords, the file that tells them
    timetable     the days on which a body reported, and the days of its decisions
    decisions, code_events, arrears   what a clerk typed
    desks         clerk and reviewer of a body at work, through the same doors as everybody
    aftermath     corrections, withdrawals, open work, ends
    cases         citizens who answer back, and how they were answered
    loading       the whole of it, once, in one transaction
    checks        production refuses these accounts
"""
