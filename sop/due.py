"""When something is due again; the calendar of it lies with the store, which asks people by it, too."""

from store.due import after_months

__all__ = ["after_months"]
