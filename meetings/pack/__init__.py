"""The pack of a closed meeting: what was frozen, as files that say the same in every format and never change."""

from meetings.pack.files import Form, file_name, made
from meetings.pack.frozen import Frozen, frozen_of

__all__ = ["Form", "Frozen", "file_name", "frozen_of", "made"]
