"""How large a file of people may be, and what is in it."""

FILE_BYTES = 5_000_000
# What is typed or pasted comes in the form itself, which is kept in memory.
PASTED_CHARACTERS = 400_000
LINES = 5_000
COLUMNS = 100
# Of one column that we read; what others hold is not looked at.
CELL_CHARACTERS = 500
LINE_CHARACTERS = 50_000

# Of a workbook, which is a ZIP of XML files: how many files, how large when unzipped, and how many elements of XML.
PARTS = 1_000
UNZIPPED_BYTES = 40_000_000
SHEET_ELEMENTS = 1_000_000
OTHER_ELEMENTS = 100_000
# Rows without anything in them are not lines, but they have to be read.
SHEET_ROWS = 50_000

# So many are written while the page waits; more are the worker's.
AT_ONCE = 500
