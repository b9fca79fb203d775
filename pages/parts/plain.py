"""What people wrote, in places where Streamlit would read Markdown: labels, choices, headings."""

_READ = frozenset("\\`*_{}[]()<>#+-.!|~:$")


def unread(text: str) -> str:
    """The text with every character escaped that could mean something."""
    return "".join(f"\\{each}" if each in _READ else each for each in text)
