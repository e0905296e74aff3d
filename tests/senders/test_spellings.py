"""Each spelling of the table, as the field it stands in takes it."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.services.documents import take
from shared.services.field_words import words_of
from tests.senders.spellings import FIELDS, Field, Spelling
from tools.spellings_document import PATH, document

ROWS = [
    pytest.param(field, each, id=f"{title}: {each.sent!a}")
    for title, field in FIELDS.items()
    for each in field.spellings
]


def read(field: Field, spelling: Spelling) -> Any:
    document = {**field.beside, field.name: spelling.sent}
    model = field.model.model_validate(document, by_alias=True, by_name=False)
    return model.model_dump(mode="json", by_alias=True)[field.name]


@pytest.mark.parametrize(("field", "spelling"), ROWS)
def test_a_spelling_is_kept_in_the_one_form_or_refused_with_its_cause(
    field: Field, spelling: Spelling
):
    if spelling.kept is not None:
        assert read(field, spelling) == spelling.kept
        again = spelling._replace(sent=spelling.kept)
        assert read(field, again) == spelling.kept
        return
    with pytest.raises(ValidationError) as raised:
        read(field, spelling)
    (error,) = raised.value.errors()
    assert error["loc"] == (field.name,)
    assert words_of(error).en == spelling.told


def test_all_that_is_taken_of_one_thing_is_one_thing():
    """Whatever is compared, stored or digested behind the door."""
    for field in FIELDS.values():
        taken = [each for each in field.spellings if each.kept is not None]
        for spelling in taken:
            document = {**field.beside, field.name: spelling.sent}
            kept = {**field.beside, field.name: spelling.kept}
            assert take(field.model, document) == take(field.model, kept)


def test_the_document_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == document(), "run: make docs"
