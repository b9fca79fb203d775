"""A procedure as a Markdown file: `read(write(procedure)) == procedure` (docs/procedures.md)."""

from sop.procedure.markdown.front import MalformedProcedure
from sop.procedure.markdown.read import read
from sop.procedure.markdown.write import write

__all__ = ["MalformedProcedure", "read", "write"]
