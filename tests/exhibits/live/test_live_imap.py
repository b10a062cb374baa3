"""A mailbox is read over IMAP from a server on loopback that notes every command: nothing is marked, and nothing goes in the clear."""

from __future__ import annotations

import datetime
import ipaddress
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from headwater.exhibits.live.imap import messages
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

MAIL = "Subject: 客户\r\n\r\n王芳\r\n".encode()


class _Session(socketserver.StreamRequestHandler):
    """A small IMAP4rev1 server (RFC 3501): two folders, of which one holds two messages."""

    server: Server

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.server.commands.append(command)
            for answer in self.answers(command):
                self.wfile.write(answer + b"\r\n")
            good = not (command.startswith("LOGIN") and "secret" not in command)
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
            self.full = "INBOX" in command
            return [b"* 2 EXISTS" if self.full else b"* 0 EXISTS"]
        if command.startswith("UID SEARCH"):
            return [b"* SEARCH 7 9 11" if self.full else b"* SEARCH"]
        if found := re.match(r"UID FETCH (\d+) \((.*)\)", command):
            if found[1] == "11":
                return []
            size = len(MAIL) if found[1] == "7" else 1 << 40
            if found[2] == "RFC822.SIZE":
                return [b"* 1 FETCH (UID %s RFC822.SIZE %d)" % (found[1].encode(), size)]
            return [b"* 1 FETCH (UID 7 BODY[] {%d}\r\n%s)" % (len(MAIL), MAIL)]
        return [b"* BYE"] if command == "LOGOUT" else []


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.commands: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        self.commands.append("refused")


def certificate(folder: Path) -> Path:
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


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def server(trusted: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted)
    with Server(context) as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


def test_messages_are_read_and_none_is_marked(server: Server, trusted: Path) -> None:
    context = ssl.create_default_context(cafile=str(trusted))
    address = f"imaps://eve@127.0.0.1:{server.server_address[1]}"
    found = list(messages(address, "secret", context=context))
    mail, large, gone = found
    assert isinstance(mail, Member)
    assert mail.path == "imaps://127.0.0.1/INBOX/7.eml"
    assert mail.open().read() == MAIL
    assert isinstance(large, NotRead)
    assert "bytes" in large.reason
    assert isinstance(gone, NotRead)
    assert "not there any more" in gone.reason
    asked = [command for command in server.commands if not command.startswith("LOGIN")]
    assert sum(command.startswith("EXAMINE") for command in asked) == 2
    assert not [
        c for c in asked if c.startswith(("SELECT", "STORE", "UID STORE", "EXPUNGE", "APPEND")) or "RFC822)" in c
    ]
    assert all("PEEK" in c for c in asked if "BODY" in c)


def test_one_folder_may_be_asked_for(server: Server, trusted: Path) -> None:
    context = ssl.create_default_context(cafile=str(trusted))
    address = f"imaps://eve@127.0.0.1:{server.server_address[1]}"
    assert list(messages(address, "secret", ["已发送"], context=context)) == []
    assert [c for c in server.commands if c.startswith("EXAMINE")] == ['EXAMINE "&XfJT0ZAB-"']


def test_a_server_nobody_vouches_for_and_a_wrong_password_are_refused(server: Server, trusted: Path) -> None:
    address = f"imaps://eve@127.0.0.1:{server.server_address[1]}"
    with pytest.raises(UnreadableError, match="SSLCertVerificationError"):
        list(messages(address, "secret"))
    assert not [c for c in server.commands if "secret" in c]
    with pytest.raises(UnreadableError) as refused:
        list(messages(address, "hunter2", context=ssl.create_default_context(cafile=str(trusted))))
    assert "hunter2" not in str(refused.value)
    with pytest.raises(UnreadableError, match="imaps://"):
        list(messages("http://x", "secret"))
