"""What can go wrong between a source and the facts, one class for each decision the caller can take."""


class ConfigError(Exception):
    """The configuration has to be changed; nothing was read."""


class SourceError(Exception):
    """A source cannot be read as mapped; its cursor stays. `retry` says whether waiting may help."""

    def __init__(self, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.retry = retry


class SyncRunning(Exception):
    """Another sync of the same home is at work."""
