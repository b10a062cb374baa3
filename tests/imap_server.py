"""An IMAP server on loopback for tests: it notes every command, and speaks TLS only, with a certificate of its own."""

from __future__ import annotations

import datetime
import ipaddress
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "hunter2-mail"
LARGE, GONE = b"large", b"gone"
"""In the place of a message: one that says it is larger than any, and one that is listed and not there any more."""


class _Session(socketserver.StreamRequestHandler):
    """A small IMAP4rev1 server (RFC 3501): two folders, of which one holds messages."""

    server: Server

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.server.commands.append(command)
            for answer in self.answers(command):
                self.wfile.write(answer + b"\r\n")
            good = not (command.startswith("LOGIN") and PASSWORD not in command)
            self.wfile.write(f"{tag} {'OK' if good else 'NO'} done\r\n".encode())
            if command == "LOGOUT":
                return

    def answers(self, command: str) -> list[bytes]:
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1"]
        if command.startswith("LIST"):
            return [
                b'* LIST (\\HasNoChildren) "/" INBOX',
                b'* LIST (\\HasNoChildren) "/" "&XfJT0ZAB-"',
                b'* LIST (\\Noselect) "/" "all"',
            ]
        if command.startswith("EXAMINE"):
            self.inbox = self.server.messages if "INBOX" in command else {}
            return [b"* %d EXISTS" % len(self.inbox), b"* OK [UIDVALIDITY %d] valid" % self.server.validity]
        if command.startswith("UID SEARCH"):
            return [b"* SEARCH " + b" ".join(b"%d" % uid for uid in self.inbox)]
        if found := re.match(r"UID FETCH (\d+) \((.*)\)", command):
            mail = self.inbox[int(found[1])]
            if mail == GONE:
                return []
            if found[2] == "RFC822.SIZE":
                size = 1 << 40 if mail == LARGE else len(mail)
                return [b"* 1 FETCH (UID %s RFC822.SIZE %d)" % (found[1].encode(), size)]
            return [b"* 1 FETCH (UID %s BODY[] {%d}\r\n%s)" % (found[1].encode(), len(mail), mail)]
        return [b"* BYE"] if command == "LOGOUT" else []


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, messages: Mapping[int, bytes], validity: int = 3) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.commands: list[str] = []
        self.messages, self.validity = messages, validity

    def handle_error(self, request: object, client_address: object) -> None:
        self.commands.append("refused")


def certificate(folder: Path) -> Path:
    """A file with a key and the certificate of 127.0.0.1 that is signed with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), day, day.replace(year=2090))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def serving(trusted: Path, messages: Mapping[int, bytes]) -> Iterator[Server]:
    """A server with these messages, by their numbers, in its INBOX; whoever shall trust it trusts ``trusted``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted)
    with Server(context, messages) as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()
