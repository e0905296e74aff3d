"""What generated clients have to say in their doc comments: every sentence of the description."""

from collections.abc import Iterator

from tests.running.description import DOCUMENT


def sentences() -> Iterator[tuple[str, str]]:
    """Of each field, and of each value of an enumeration that a body or an answer has."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for field, said in schema.get("properties", {}).items():
            # Not every generator reads what stands beside a reference: then it is the type's own.
            of = said if "$ref" not in said else DOCUMENT["components"]["schemas"][_name(said)]
            yield f"{name}.{field}", joined(of["description"])


def joined(text: str) -> str:
    """Without line breaks, indents and the marks at the beginning of a comment's lines."""
    return " ".join(word for word in text.split() if word != "*")


def _name(reference: dict[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]
