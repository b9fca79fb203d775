"""The one door to Delta Lake: tables on a local disk whose acknowledged commits survive a power cut."""

from store.lake.feed import KIND, Storage
from store.lake.mark import ForeignTable, LakeDamaged, Recovery, WriterBusy
from store.lake.scan import NO_BOUNDS, Between, Snapshot
from store.lake.tables import Lake

__all__ = [
    "KIND", "NO_BOUNDS", "Between", "ForeignTable", "Lake", "LakeDamaged", "Recovery", "Snapshot", "Storage",
    "WriterBusy",
]  # fmt: skip
