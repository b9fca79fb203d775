"""Messages to people and places: made of notices, sent by channels, tried again, given up where a person must look."""

from worker.messages.sending import KEPT, Messenger

__all__ = ["KEPT", "Messenger"]
