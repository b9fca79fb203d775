"""The one door to Delta Lake: tables on a local disk whose acknowledged commits survive a power cut."""

from store.lake.feed import Storage
from store.lake.mark import ForeignTable, LakeDamaged, Recovery, WriterBusy
from store.lake.tables import Lake

__all__ = ["ForeignTable", "Lake", "LakeDamaged", "Recovery", "Storage", "WriterBusy"]
