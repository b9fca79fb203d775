"""Refusals of meetings and their decisions, as the store words them."""

from kpi.words import marked

MEETINGS = (
    marked("The week of a meeting is named by its Monday, and {day} is none."),
    marked("The notes have {n} characters; {most} are the most."),
    marked("{n} people were present; {most} are the most."),
    marked("The decision says nothing; say in a sentence what was decided and why."),
    marked("The decision has {n} characters; {most} are the most."),
    marked("There is no meeting {number}; look at the list of those there are."),
    marked("Meeting {number} was closed by {who}; decide in the next one."),
)
