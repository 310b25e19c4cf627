"""Workbooks that departments deliver: judged before they are opened, read in a process of their own, given back.

guard.inspect(path)        is it a workbook, and one that is cheap and safe to open?
reading.open_workbook()    its sheets and rows, parsed by a child process with limits
tables.find()              the sheet to fill in, its header, which column is which field
cells.RowReader            a row as the one validator takes it, every repair reported
templates.template()       the empty workbook of a kind
returning                  the clerk's workbook with the wrong cells marked
"""
