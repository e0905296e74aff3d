"""What gives apps in Azure their tokens, and a certificate that stands for Azure's."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import OctKey

from shared.clock import SystemClock

IDENTITY = str(uuid4())
HEADER = "the-platform's-secret"


class Endpoint(ThreadingHTTPServer):
    """What gives tokens to apps in Azure App Service."""

    def __init__(self, audience: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.audience = audience
        self.asked: list[dict[str, list[str]]] = []


class Handler(BaseHTTPRequestHandler):
    """Answers one request for a token."""

    server: Endpoint

    def do_GET(self) -> None:
        """A token, for whoever brings the platform's header."""
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        if self.headers["X-IDENTITY-HEADER"] != HEADER:
            self.send_error(401)
            return
        now = int(SystemClock().now().timestamp())
        claims = {
            "aud": self.server.audience,
            "iss": "https://sts.windows.net/00000000-0000-0000-0000-000000000000/",
            "iat": now - 60,
            "nbf": now - 60,
            "exp": now + 3600,
        }
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("k" * 32))
        answer = {"access_token": token, "token_type": "Bearer", "resource": self.server.audience}
        body = json.dumps(answer | {"expires_on": str(now + 3600)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - likewise
        """Prints nothing."""


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"
