"""What a deployment decides of its pages and of signing in to them: a part of `settings`."""

from typing import Final

from pydantic import BaseModel, Field, field_validator

from shared.setting_types import Contact, Guid, Keys, Seconds, SecureUrl, decoded

_LOCAL_KEY: Final = b"sessions of a developer's own..."


class PageSettings(BaseModel):
    """An alias is the name in the environment."""

    session_keys_text: Keys | None = Field(
        None,
        alias="SESSION_KEYS",
        repr=False,
        description="seals sessions and forms; 32 bytes in base64, while it is being replaced two,"
        " of which the first seals. Without it nobody can sign in to pages outside Development",
    )
    sign_in_identity: Guid | None = Field(
        None,
        alias="SIGN_IN_IDENTITY",
        description="client id of the user-assigned managed identity that is the application's"
        " federated credential: with it codes of sign-ins are redeemed",
    )
    sign_in_secret: str | None = Field(
        None,
        alias="SIGN_IN_SECRET",
        repr=False,
        description="a client secret of the application, where there is no `SIGN_IN_IDENTITY`",
    )
    session_seconds: Seconds = Field(
        1800,
        alias="SESSION_SECONDS",
        description="how long a session lasts without a request; 8 hours at most in any case",
    )
    sign_in_fresh_seconds: Seconds = Field(
        600,
        alias="SIGN_IN_FRESH_SECONDS",
        description="how long ago somebody may have signed in to be offered a decision",
    )
    form_seconds: Seconds = Field(
        1200,
        alias="FORM_SECONDS",
        description="how long the form on a page can be sent",
    )
    support_contact: Contact | None = Field(
        None,
        alias="SUPPORT_CONTACT",
        description="shown on every page: an e-mail address, a telephone number or an https address"
        " of the operator's",
    )
    customer_agreement_url: SecureUrl = Field(
        "https://www.microsoft.com/licensing/docs/customeragreement",
        alias="CUSTOMER_AGREEMENT_URL",
        description="the text of the Microsoft Customer Agreement, linked where it is accepted",
    )

    @field_validator("session_keys_text", "sign_in_secret", mode="before")
    @classmethod
    def _resolved(cls, text: object) -> object:
        """A reference to a vault that the platform could not follow is as good as nothing.

        Pages then say that they are not set up, and the API, which needs none of it, goes on.
        """
        return None if str(text).startswith("@Microsoft.KeyVault(") else text

    def session_keys(self, *, development: bool) -> tuple[bytes, ...]:
        """The keys of sessions and forms, the first seals; none: pages are not set up."""
        if self.session_keys_text:
            return decoded(self.session_keys_text)
        return (_LOCAL_KEY,) if development else ()
