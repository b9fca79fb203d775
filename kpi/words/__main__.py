"""`python -m kpi.words`: add the texts that zh.po lacks, with nothing in them, and drop those nobody says."""

import sys
from collections.abc import Mapping

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from kpi.words.catalogue import file_of, read_texts
from kpi.words.speech import Language
from kpi.words.texts import Key, texts

HEAD = """# Chinese (simplified) texts of Fairlead.
# `python -m kpi.words` adds what is missing and drops what nobody says any more.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def fill(translations: Mapping[Key, str]) -> tuple[int, int]:
    """Write zh.po anew: every text that is said, in the order of the alphabet; how many are new and how many empty.

    `translations` are put in where the catalogue has none.
    """
    old = {_key(message.id): message.string for message in read_texts(Language.CHINESE) if message.id}
    fresh = Catalog(locale="zh", fuzzy=False)
    new = empty = 0
    for text, places in sorted(texts().items(), key=lambda each: str(each[0])):
        string = old.get(text, "")
        string = string if string and any(string) else translations.get(text, "")
        string = (string,) if isinstance(text, tuple) and isinstance(string, str) else string
        new += text not in old
        empty += not any(string or "")
        fresh.add(text, string, locations=[(place, 0) for place in places[:1]])
    with file_of(Language.CHINESE).open("wb") as opened:
        opened.write(HEAD.encode())
        write_po(opened, fresh, width=110, include_lineno=False, omit_header=True)
    return new, empty


def _key(text: object) -> Key:
    return (str(text[0]), str(text[1])) if isinstance(text, tuple | list) else str(text)


if __name__ == "__main__":
    added, untold = fill({})
    sys.stdout.write(f"{added} texts added, {untold} wait for their Chinese.\n")
