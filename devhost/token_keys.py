"""Signing keys as Entra ID publishes them: each has a certificate and is named by its hash."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import RSAKey

from devhost.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

_BITS = 2048
_VALID = timedelta(days=5 * 365)
_SUBJECT = x509.Name(
    [x509.NameAttribute(x509.NameOID.COMMON_NAME, "development.token.issuer.invalid")]
)


def new_key() -> RSAKey:
    """A key whose `kid` and `x5t` are the thumbprint of its certificate in `x5c`."""
    key = RSAKey.generate_key(_BITS)
    private = key.private_key
    assert isinstance(private, RSAPrivateKey)  # noqa: S101 - it was generated
    certificate = _certificate(private).public_bytes(Encoding.DER)
    # SHA-1 is what `x5t` means (RFC 7515, section 4.1.7). It names the key and protects nothing.
    thumbprint = hashlib.sha1(certificate, usedforsecurity=False).digest()
    name = base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")
    members = {"kid": name, "x5t": name, "x5c": [base64.b64encode(certificate).decode()]}
    return RSAKey.import_key(key.as_dict(private=True) | members)


def published(
    keys: Sequence[RSAKey], issuer: str, cloud_instance: str
) -> dict[str, list[dict[str, Any]]]:
    """The key document; each key names its issuer and its cloud."""
    bound = {"use": "sig", "cloud_instance_name": cloud_instance, "issuer": issuer}
    return {"keys": [key.as_dict(private=False) | bound for key in keys]}


def _certificate(key: RSAPrivateKey) -> x509.Certificate:
    now = SystemClock().now()
    return (
        x509.CertificateBuilder()
        .subject_name(_SUBJECT)
        .issuer_name(_SUBJECT)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + _VALID)
        .sign(key, SHA256())
    )
