"""Where the demo's configuration lies once it was loaded: in the home folder, as a fairlead.toml like any other."""

from pathlib import Path

from connectors.config import load_config
from connectors.plan import Config

TEMPLATE = Path(__file__).parent / "fairlead.toml"
MARK = 'connector = "demo"'


def demo_file(home: Path) -> Path:
    return home / "fairlead.toml"


def is_demo(home: Path) -> bool:
    """The demo was loaded into this home."""
    return demo_file(home).exists()


def write_demo_config(home: Path, days: int, scale: float) -> None:
    """Write the demo's configuration for so many days of history and so many times its volume."""
    home.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.read_text(encoding="utf-8").replace(MARK, f"{MARK}\ndays = {days}\nscale = {scale}", 1)
    demo_file(home).write_text(text, encoding="utf-8")


def demo_config(home: Path) -> Config:
    """The configuration of the demo in this home. Raises ConfigError."""
    return load_config(demo_file(home))
