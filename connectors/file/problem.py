"""A file that cannot be read as described."""

from connectors.errors import SourceError


class FileProblem(SourceError):
    """What is wrong with a file, in one line that names it and the way out."""
