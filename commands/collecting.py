"""`fairlead collect`: the process that listens to a plant whose machines speak by themselves."""

import logging
import signal
import sys
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from commands.desk import Desk
from connectors.block import suggestion
from connectors.errors import ConfigError
from connectors.plan import Config
from connectors.plant.reading import Protocol, plant_of
from store.permits import Permit


def collect(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A plant whose protocol is sparkplug.")],
) -> None:
    """Listen to a plant, and keep what its machines say, until Ctrl-C or TERM; `fairlead up` does so by itself."""
    desk: Desk = context.obj
    desk.require(Permit.BRING_DATA)
    if name not in (names := heard(desk.configured())):
        raise ConfigError(f"'{name}' is no plant that is listened to. {suggestion(name, names)}")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr
    )
    listener = desk.listener(name)
    desk.close()
    stop = Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    listener.listen(stop.is_set)


def heard(config: Config) -> list[str]:
    """The sources that are listened to."""
    plants = {source.name: plant_of(source.options) for source in config.sources}
    return [name for name, plant in plants.items() if plant and plant.protocol is Protocol.SPARKPLUG]
