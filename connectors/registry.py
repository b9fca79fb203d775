"""Which builder makes the connector of a source; the doors add the kinds this layer does not know."""

from collections.abc import Callable, Mapping

from connectors.batch import Connector
from connectors.errors import ConfigError
from connectors.file.connector import file_source
from connectors.plan import SourceConfig

Builder = Callable[[SourceConfig], Connector]
BUILDERS: Mapping[str, Builder] = {"file": file_source}


def build(config: SourceConfig, builders: Mapping[str, Builder]) -> Connector:
    """The connector of a source. Raises ConfigError for a kind nobody builds."""
    try:
        builder = builders[config.connector]
    except KeyError:
        raise ConfigError(
            f"Source '{config.name}' is a '{config.connector}' source; this installation reads {list(builders)}."
        ) from None
    return builder(config)
