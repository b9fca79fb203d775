"""A file that cannot be read as described."""


class FileProblem(Exception):
    """What is wrong with a file, in one line that names it and the way out."""
