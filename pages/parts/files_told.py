"""Why a file could not be read or loaded, as the pages say it: what, which value, and what to do on the page."""

from kpi.words import marked
from pages.parts.refusals import REFUSED
from pages.parts.retold import retold
from pages.parts.rows_told import CELLS

WHOLE = {
    "{file} is empty. Export it again.": marked("{file} is empty. Export it again."),
    "{file} is empty (0 bytes). Export it again.": marked("{file} is empty. Export it again."),
    "{file} holds nothing that can be read as a table.": marked(
        "{file} holds nothing that can be read as a table."
    ),
    "{file} is a folder. Name the files in it, for example {example}": marked(
        "{file} is a folder; bring one of the files in it."
    ),
    "{file} does not exist.": marked("{file} does not exist."),
    "{file} is a PDF. Export the table as CSV or Excel.": marked(
        "{file} is a PDF. Export the table as CSV or Excel."
    ),
    "{file} is not a Parquet file (it does not begin with PAR1). Export it again.": marked(
        "{file} is not a Parquet file. Export it again."
    ),
    "{file} is not readable Parquet ({why}).": marked(
        "{file} is not readable Parquet ({why}). Export it again."
    ),
    "{file} is not JSON ({why}).": marked("{file} is not JSON ({why}). Export it again."),
    "{file} is not a list of objects.": marked(
        "{file} is JSON, but no list of objects. Export a list of rows."
    ),
    "{file} is an object with {n} lists ({names}); one list of rows is read.": marked(
        "{file} holds {n} lists ({names}); one list of rows is read. Export each list as a file of its own."
    ),
    "{file} is not a readable workbook ({why}). Save it again, without a password.": marked(
        "{file} is not a readable workbook ({why}). Save it again, without a password."
    ),
    "{file} is not a readable zip ({why}). Export it again.": marked(
        "{file} is not a readable zip ({why}). Export it again."
    ),
    "{file} cannot be unpacked ({why}). Export it again.": marked(
        "{file} cannot be unpacked ({why}). Export it again."
    ),
    "{file}: {part} cannot be unpacked ({why}).": marked(
        "{file}: {part} cannot be unpacked ({why}). Export it again."
    ),
    "{file} holds another archive. Unpack it once.": marked("{file} holds another archive. Unpack it once."),
    "{file} holds {n} files; 1 to {most} are read.": marked("{file} holds {n} files; 1 to {most} are read."),
    "{file} holds a file outside itself, {name}; it is not read.": marked(
        "{file} holds a file outside itself, {name}; it is not read."
    ),
    "{file} is protected by a password. Export it without.": marked(
        "{file} is protected by a password. Export it without."
    ),
    "{file} unpacks to more than {n} MB. If that is right, raise unpacked_mb of the source.": marked(
        "{file} unpacks to more than {n} MB. Split it into smaller files."
    ),
    "{file} unpacks to more than {n} MB. See unpacked_mb.": marked(
        "{file} unpacks to more than {n} MB. Split it into smaller files."
    ),
    "needs more memory than allowed; raise memory_mb of the source.": marked(
        "The file needs more memory than it may have. Split it into smaller files."
    ),
    "{file}: reading took more CPU time than allowed. Split the file, or raise cpu_seconds.": marked(
        "{file}: reading it took longer than it may. Split it into smaller files."
    ),
    "{file}: reading needed more memory than allowed, or the file is broken ({why}). A workbook "
    "with a single cell far "
    "away does this: delete the empty rows and columns behind the table. For a file that is really large, raise "
    "memory_mb of the source.": marked(
        "{file}: reading it needed more memory than it may have, or the file is broken ({why}). A workbook with a "
        "single cell far away does this: delete the empty rows and columns behind the table."
    ),
    "Nothing was read for {n} seconds. Split the file, or raise wait_seconds.": marked(
        "Nothing was read for {n} seconds. Split the file, or try again later."
    ),
    "{file} is not kept any more: uploads are for a day. Bring it again.": marked(
        "{file} is not kept any more: uploads are for a day. Bring it again."
    ),
    "There is no such upload. Bring the file again.": marked(
        "There is no such upload. Bring the file again."
    ),
}
WRITTEN = {
    "{file} is not a text file (it has zero bytes). Export it as CSV, Excel or Parquet.": marked(
        "{file} is not a text file (it has zero bytes). Export it as CSV, Excel or Parquet."
    ),
    "{file} is not UTF-8: byte {byte} at position {at}. Declare the encoding it has, for example "
    "{example}": marked(
        "{file} is not UTF-8 (byte {byte} at position {at}). Choose how letters are written under "
        "“How the file is "
        "written”."
    ),
    "{file} is not UTF-8 ({why}). Declare the encoding it has.": marked(
        "{file} is not UTF-8 ({why}). Export it as UTF-8."
    ),
    "{file} is not {encoding}: byte {byte} near position {at}. Declare the encoding it has, for "
    "example {example}": marked(
        "{file} is not {encoding} (byte {byte} near position {at}). Choose how letters are written "
        "under “How the file "
        "is written”."
    ),
    "{file} is not {encoding}: {why}. Declare the encoding it has.": marked(
        "{file} is not {encoding} ({why}). Choose how letters are written under “How the file is written”."
    ),
    "{file} is declared as {encoding}, but it is UTF-8: read so, its letters would turn into others. "
    "Write encoding = 'utf-8'.": marked(
        "{file} is UTF-8; read as {encoding}, its letters would turn into others. Choose UTF-8 "
        "under “How the file is "
        "written”."
    ),
    "{file}: its header holds {found}; say which one is the separator.": marked(
        "The header of {file} holds {found}: choose what parts its fields under “How the file is written”."
    ),
    "{file} ends before its header (row {row}). Check header_row and skip_rows.": marked(
        "{file} ends before line {row}, which was to be its header. Choose another line under “How "
        "the file is written”."
    ),
    "{file} ends before row {row}, which was to be its header.": marked(
        "{file} ends before line {row}, which was to be its header. Choose another line under “How "
        "the file is written”."
    ),
    "{file}: sheet '{sheet}' ends at row {row}, before its header.": marked(
        "{file}: the sheet {sheet} ends at line {row}, before its header. Choose another line under "
        "“How the file is "
        "written”."
    ),
    "{file} has a header of {n} bytes; is it a table of lines?": marked(
        "{file} has a header of {n} bytes; is it a table of lines?"
    ),
    "{file} has a column whose name cannot be used: {name}. The first row that looks like a header "
    "is taken for it; "
    "export the table with a plain header.": marked(
        "{file} has a column whose name cannot be used: {name}. Export the table with a plain header."
    ),
    "{file} has {n} columns; at most {most} are read. Check the separator and the header row, or export fewer "
    "columns.": marked(
        "{file} has {n} columns; at most {most} are read. Is the separator right? Else export fewer columns."
    ),
    "{file} has {n} fields; at most {most} are read.": marked(
        "{file} has {n} fields; at most {most} are read. Export fewer of them."
    ),
    "{file} has {n} columns; files with up to {most} are mapped here. Export fewer columns.": marked(
        "{file} has {n} columns; files with up to {most} are mapped here. Export fewer columns."
    ),
    "{file}: the record at row {row} does not end ({why}); a quote is opened and never closed. Mend it, or write "
    "quote = '' if quotes mean nothing in this file.": marked(
        "{file}: the record at line {row} does not end, because a quote is opened and never closed. "
        "Mend it in the file."
    ),
    "{file} cannot be read as a table ({why}). Export it again.": marked(
        "{file} cannot be read as a table ({why}). Export it again."
    ),
    "{file}: column '{column}' holds bytes and not text. Leave it out or decode it.": marked(
        "{file}: the column {column} holds bytes and not text. Leave it out of the export."
    ),
    "{file}: sheet '{sheet}' is empty.": marked("{file}: the sheet {sheet} is empty."),
    "{file}: sheet '{sheet}' cannot be read ({why}).": marked(
        "{file}: the sheet {sheet} cannot be read ({why})."
    ),
    "{file}: sheet '{sheet}' has {rows} rows of {columns} columns; at most {most} cells are read. "
    "Delete the empty far "
    "cells, or save it as CSV.": marked(
        "{file}: the sheet {sheet} has {rows} rows of {columns} columns; at most {most} cells are "
        "read. Delete the empty "
        "far cells, or save it as CSV."
    ),
    "{file} has the sheets {sheets}; say which one: {way}": marked(
        "{file} has the sheets {sheets}: say under “What goes where” what each of them holds."
    ),
    "{file} has no sheet '{sheet}'; it has {sheets}.": marked(
        "{file} has no sheet {sheet}; it has {sheets}."
    ),
}
MAPPED = {
    "{file} has no column '{column}', which the mapping needs. {rest}": marked(
        "{file} has no column {column}, which the mapping needs. Choose another one under “What goes where”."
    ),
    "None of the sheets is loaded; say what at least one of them holds.": marked(
        "None of the sheets is loaded; say under “What goes where” what at least one of them holds."
    ),
    "Column '{column}' holds dates such as '{example}', and their order is not declared. Write "
    "date_order = 'dmy', "
    "'mdy' or 'ymd', or a format such as '%d-%b-%y'.": marked(
        "{column} holds dates such as {example}: choose the order of day, month and year under “How "
        "the file is written”."
    ),
    "Column '{column}' holds numbers such as '{example}': thousands or decimals? Write decimal = "
    "'.' if the point is the "
    "decimal mark, or decimal = ',' and thousands = '.'.": marked(
        "{column} holds numbers such as {example}: thousands or decimals? Choose under “How the file is written”."
    ),
    "sources.{source}.tables.{our_table}.columns.{our_column} is missing; {rest}": marked(
        "{our_table} need {our_column}. Choose the column that holds it under “What goes where”, or "
        "write one value for all rows."
    ),
    "Table '{our_table}' needs {columns}; the rows have {others}. Map a column onto each.": marked(
        "{our_table} need {columns}. Choose the columns that hold them under “What goes where”."
    ),
    "Source '{source}', table '{our_table}': {bad} of {read} rows are bad, more than {share}, so "
    "nothing was taken in. Mend "
    "the source or its mapping. Most often: {reasons}.": marked(
        "{bad} of {read} rows of {our_table} do not fit, more than {share}, so nothing was taken "
        "in. Mend the file, or what "
        "goes where. Most often: {reasons}."
    ),
    "The rows of {our_table} are still as bad as they were.": marked(
        "The rows of {our_table} still do not fit."
    ),
    "{our_table}: {rows} rows left out as mapped": marked(
        "{our_table}: {rows} rows passed over, as the mapping says"
    ),
    "the rejected rows of {our_table}": marked("the rejected rows of {our_table}"),
    "The rows of '{source}' are made up and come without a mapping: nothing can read them in another way, so they "
    "stay.": marked(
        "The rows of {source} are made up and come without a mapping: nothing can read them in "
        "another way, so they stay "
        "set aside. They show what becomes of rows that do not fit."
    ),
    "No mapping of '{source}' is known any more. Bring its file again, or put it back into fairlead.toml.": marked(
        "No mapping of {source} is known any more. Bring its file again, or ask whoever runs "
        "Fairlead to put it back "
        "into fairlead.toml."
    ),
    "Each row that waits repeats a key that was there before; only reading '{source}' again tells "
    "which row counts.": (
        marked(
            "Each row that waits repeats a key that was there before; only reading {source} again "
            "tells which row counts."
        )
    ),
    "The rows were read from what was kept of them, the database of '{source}' was not asked; what "
    "was mended there "
    "comes with the next sync.": marked(
        "The rows were read from what was kept of them, the database behind {source} was not asked; "
        "what was mended "
        "there comes with the next sync."
    ),
    "Another writer has held table '{our_table}' for {n} s; try again later.": marked(
        "Somebody else is writing {our_table}; try again in a while."
    ),
    "Another sync of {home} is at work (process {process}). Wait until it is done.": marked(
        "Another sync is at work. Wait until it is done."
    ),
    "Interrupted: the process ended.": marked("Interrupted: the worker was stopped."),
    "There is data already; the made-up company is for an empty installation.": marked(
        "There is data already; the made-up company is for an empty installation."
    ),
    "The worker stopped three times while it did this. Look at its log, or bring a smaller file.": marked(
        "The worker stopped three times while it did this. Bring a smaller file, or ask whoever "
        "runs Fairlead to look "
        "at its log."
    ),
    "The worker stopped or was paused while it did this.": marked(
        "The worker was stopped or paused in the middle; another took over."
    ),
    "Something went wrong that nobody foresaw; run {n} in the worker's log.": marked(
        "Something went wrong that nobody foresaw. Whoever runs Fairlead finds it as run {n} in the worker's log."
    ),
    "Something went wrong that nobody foresaw; errand {n} in the worker's log.": marked(
        "Something went wrong that nobody foresaw. Whoever runs Fairlead finds it as errand {n} in "
        "the worker's log."
    ),
}


def say_problem(text: str) -> str:
    """The problem in the reader's language; as it was written where it is none of these."""
    return retold(text, WHOLE, WRITTEN, MAPPED, CELLS, REFUSED)
