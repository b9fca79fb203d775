"""Machines by the protocols of plants: what they say is kept in private files, and becomes a run a machine and day."""
