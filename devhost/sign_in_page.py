"""The plain form on which a developer says who signs in, and the words of a refusal."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devhost.people import Person

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

_FORM = """<p>This is the development issuer. It believes whoever you say you are, which Entra ID
does not.
In the place of a password there is nothing.</p>
{people}
<h2>Somebody else</h2>
<form method="post">
<p><label>Tenant <input name="tenant" required size="40"></label></p>
<p><label>Object id, empty for the tenant's usual member
<input name="object_id" size="40"></label></p>
<p><label>Name <input name="name" value="Alex Rivers" size="40"></label></p>
<p><label>App roles, one a line
<textarea name="roles" rows="2" cols="40"></textarea></label></p>
<p><label>Directory roles (wids), ids, one a line
<textarea name="wids" rows="2" cols="40"></textarea></label></p>
<p><label>Seconds since the password was typed
<input name="auth_age" value="0" inputmode="numeric" size="8"></label></p>
<p><label><input type="checkbox" name="omit_wids" value="true"> leave out wids, as a registration
without groupMembershipClaims does</label></p>
<p><button>Sign in</button></p>
</form>
<form method="post"><p><button name="error" value="cancel">Cancel</button></p></form>
"""


def form(people: Sequence[Person]) -> str:
    """The form; `people` can be picked by a button each."""
    return _PAGE.format(title="Sign in", body=_FORM.format(people="\n".join(map(_button, people))))


def message(title: str, said: str) -> str:
    """A page that says something, for what never reaches the application."""
    return _PAGE.format(title=escape(title), body=f"<p>{escape(said)}</p>")


def _button(person: Person) -> str:
    fields = {
        "tenant": [person.tenant],
        "object_id": [person.object_id or ""],
        "name": [person.name],
        "roles": person.roles,
        "wids": person.wids,
    }
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, values in fields.items()
        for value in values
    )
    return (
        f'<form method="post">{hidden}<p><button>{escape(person.name)}</button>'
        f" {escape(person.tenant)}</p></form>"
    )
