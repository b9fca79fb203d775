"""Facts that gather other facts on one row, kept up to date for exactly the keys that changed."""

from kpi.prepare.declared import PREPARATIONS, Preparation
from kpi.prepare.refresh import prepare

__all__ = ["PREPARATIONS", "Preparation", "prepare"]
