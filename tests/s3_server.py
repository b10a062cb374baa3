"""A real server of S3's protocol for tests (moto), as a process of its own on loopback: it checks signatures and rights.

with S3Server(folder) as server:
    server.client("s3").create_bucket(Bucket="leaks")
    key, secret = server.account("eve", {"s3:ListBucket": "leaks", "s3:GetObject": "leaks/*"})
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import botocore.session
from tests.daemons import Daemon, free_port

REGION = "us-east-1"
_COLOUR = re.compile(r"\x1b\[\d+m")
_ALL = ("Allow", "*", "*")


class S3Server:
    """One server, empty; ``url`` is what a client calls its endpoint."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        # whoever comes first may do three things: make the account that may do all
        self._daemon = Daemon(command, folder, "Running on", {"INITIAL_NO_AUTH_ACTION_COUNT": "3"})
        self._root = ("nobody", "made-secret")

    def __enter__(self) -> Self:
        self._daemon.__enter__()
        self._root = self.account("root", [_ALL])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._daemon.stop()

    def client(self, service: str = "s3") -> Any:
        """A client of the account that may do all."""
        key, secret = self._root
        return botocore.session.get_session().create_client(
            service,
            endpoint_url=self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name=REGION,
        )

    def account(self, name: str, rights: Iterable[tuple[str, str, str]]) -> tuple[str, str]:
        """Make an account: key and secret. Its rights are effect, action and resource each."""
        client = self.client("iam")
        client.create_user(UserName=name)
        made = client.create_access_key(UserName=name)["AccessKey"]
        told = [
            {"Effect": effect, "Action": action, "Resource": "*" if place == "*" else f"arn:aws:s3:::{place}"}
            for effect, action, place in rights
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": told})
        client.put_user_policy(UserName=name, PolicyName="rights", PolicyDocument=document)
        return str(made["AccessKeyId"]), str(made["SecretAccessKey"])

    @property
    def asked(self) -> list[str]:
        """Every request so far, as the server logged it."""
        said = _COLOUR.sub("", self._daemon.said.read_text("utf-8"))
        return [line for line in said.splitlines() if '"' in line]
