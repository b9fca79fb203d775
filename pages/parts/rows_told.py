"""Why a row was set aside, as the pages say it: which cell, what stands in it, and what is wrong with that."""

import re

from kpi.words import clauses, marked
from pages.parts.retold import retold

CELLS = {
    "{column} is '{value}': {what}": marked("{column} is “{value}”: {what}"),
    "has no mapping; add it to map, or write otherwise = ...": marked("what it means was not said"),
    "is not a date or does not exist, read as {how}": marked(
        "this is no date, or none that exists, read as {how}"
    ),
    "is outside {first} to {last}; if it stands for no date, add it to empty": marked(
        "this is outside {first} to {last}"
    ),
    "did not exist in {zone}: the clocks went forward": marked(
        "this did not exist in {zone}: the clocks went forward"
    ),
    "is not a number ({marks})": marked("this is not a number"),
    "is too large a number": marked("this is too large a number"),
    "is not a whole number": marked("this is not a whole number"),
    "is too small; it may not be negative": marked("this may not be negative"),
    "is too small; it must be at least {least}": marked("this must be at least {least}"),
    "is neither of {yes} nor of {no}; name it in true or false": marked("this is neither yes nor no"),
    "key '{key}' was there before; say which row counts with duplicates = ...": marked(
        "a row with the key “{key}” was there before"
    ),
    "the key ({columns}) is empty": marked("the key ({columns}) is empty"),
    "the header again, not a row": marked("this is the header again, not a row"),
    "more than the {n} fields of the header": marked("more than the {n} fields of the header"),
    "{n} fields where the header has {most}": marked("{n} fields where the header has {most}"),
    "is not a JSON object": marked("this is not a JSON object"),
    "{our_column} is missing, and so is {our_other}": marked(
        "{our_column} is missing, and so is {our_other}"
    ),
    "{our_column} is missing": marked("{our_column} is missing"),
    "{our_column} is empty": marked("{our_column} is empty"),
    "{our_column} is {value}; it must be at least {limit}": marked(
        "{our_column} is {value}; it must be at least {limit}"
    ),
    "{our_column} is {value}; it must be at most {limit}": marked(
        "{our_column} is {value}; it must be at most {limit}"
    ),
    "{our_column} is {value}, which is not known: {our_meaning}": marked(
        "{our_column} is {value}, which is not known: {our_meaning}"
    ),
    "{our_column} is {value}, which is not written like a plain number such as 1.25": marked(
        "{our_column} is {value}, which is not a plain number such as 1.25"
    ),
    "{keys} occurs {n} times in this load": marked("{keys} occurs {n} times in this load"),
    "row {n}: {what}": marked("line {n}: {what}"),
}
NEXT = re.compile(
    r"; (?!it may|it must|if it|name it|say which)"
)  # a semicolon that ends what is wrong with a cell


def say_reason(text: str) -> str:
    """Why a row was set aside: one thing after the other, each in the reader's language."""
    return clauses(retold(each, CELLS) for each in NEXT.split(text))
