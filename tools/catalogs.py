"""How a catalog of Korean texts is written: without what changes by itself."""

from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

_HEAD: Final = (
    'msgid ""',
    'msgstr ""',
    r'"Language: ko\n"',
    r'"MIME-Version: 1.0\n"',
    r'"Content-Type: text/plain; charset=utf-8\n"',
    r'"Content-Transfer-Encoding: 8bit\n"',
    r'"Plural-Forms: nplurals=1; plural=0;\n"',
)


def written(catalog: Catalog) -> str:
    """Without dates, versions and line numbers."""
    file = BytesIO()
    write_po(file, catalog, omit_header=True, width=100, include_lineno=False)
    head = "".join(f"{line}\n" for line in _HEAD)
    return f"{head}\n" + file.getvalue().decode().lstrip()
