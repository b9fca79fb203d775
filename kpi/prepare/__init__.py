"""Facts that gather other facts on one row, kept up to date for exactly the keys that changed."""

from kpi.prepare.refresh import PREPARATIONS, Preparation, prepare

__all__ = ["PREPARATIONS", "Preparation", "prepare"]
