"""What is told of the configured sources where nobody reads the configuration."""

from connectors.http.declared import System
from connectors.plan import Config, SourceConfig
from store.configured import Configured


def told_of(config: Config) -> list[Configured]:
    """Kind, system and tables of each source."""
    return [_told(each) for each in config.sources]


def _told(source: SourceConfig) -> Configured:
    system = source.options.get("declared")
    named = system.name if isinstance(system, System) else ""
    return Configured(source.name, source.connector, named, tuple(each.table.name for each in source.tables))
