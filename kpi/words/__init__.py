"""The words people read: English in the code, other languages in .po files, numbers and days by locale."""

from kpi.words.catalogue import clauses, listed, marked, say, say_many
from kpi.words.speech import Language, Speech, keeping, language_of, own_name, speaking, speech, spoken

__all__ = [
    "Language", "Speech", "clauses", "keeping", "language_of", "listed", "marked", "own_name", "say", "say_many",
    "speaking", "speech", "spoken",
]  # fmt: skip
