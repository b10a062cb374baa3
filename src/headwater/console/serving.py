"""Serving a house: one process, on loopback unless TLS or a proxy that is declared stands before it."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from headwater.console.door.rules import LOOPBACK, DoorRules, Provider
from headwater.console.failing import Wordless
from headwater.model.errors import SettingsError

_EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, and what stands before it."""

    host: str = "127.0.0.1"
    port: int = 8080
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()
    """Addresses of proxies that end TLS and whose headers are believed."""
    names: tuple[str, ...] = ()
    """Names by which browsers call the server, besides its own address."""

    @property
    def shown(self) -> str:
        """What to type into a browser."""
        if self.proxies and self.names:
            return f"https://{self.names[0]}"
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{self.names[0] if self.names else _bracketed(self.host)}:{self.port}"

    def rules(self, provider: Provider | None = None, *, second_factor: bool = False) -> DoorRules:
        """The rules of the door at this address.

        :param second_factor: whether everybody must have one
        :raises SettingsError: where nobody could say by which name the server is called
        """
        named = tuple(name.strip().lower() for name in self.names)
        own = (
            LOOPBACK
            if _is_loopback(self.host)
            else ()
            if self.host in _EVERYWHERE
            else (_bracketed(self.host).lower(),)
        )
        if not named + own:
            raise SettingsError(
                "an address of every network needs the name by which browsers call the server: --name", self.host
            )
        secure = bool(self.proxies or self.certificate)
        return DoorRules(names=named + own, secure=secure, second_factor=second_factor, provider=provider)

    def insist_safe(self) -> None:
        """Insist that nobody's password crosses a network in the clear.

        :raises SettingsError: for an address that is not of this machine without TLS or a declared proxy
        """
        for proxy in self.proxies:
            _insist_on_proxy(proxy)
        if bool(self.certificate) != bool(self.key):
            raise SettingsError("TLS needs a certificate and its key: --certificate and --key")
        if not _is_loopback(self.host) and not self.certificate and not self.proxies:
            raise SettingsError(
                "another address than this machine's own needs TLS (--certificate, --key) or a declared proxy (--proxy)",
                self.host,
            )


def provided(issuer: str | None, client: str, secret: str) -> Provider | None:
    """The house's own provider of sign-ins, where one is named.

    :raises SettingsError: where the extra that speaks with it is not installed
    """
    if issuer is None:
        return None
    if find_spec("authlib") is None:
        raise SettingsError("signing in by a provider needs headwater[oidc]", "--oidc-issuer")
    return Provider(issuer, client, secret)


def serve(app: FastAPI, address: Address) -> None:
    """Serve until the process is told to end.

    :raises SettingsError: where the address is not safe
    """
    address.insist_safe()
    for name in ("uvicorn.error", "asyncio"):  # they log what goes past the application, with its words
        logging.getLogger(name).addFilter(Wordless())
    uvicorn.run(
        app,
        host=address.host,
        port=address.port,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        proxy_headers=bool(address.proxies),
        forwarded_allow_ips=list(address.proxies) or None,
        server_header=False,
        access_log=False,
        log_level="warning",
        limit_concurrency=200,
        timeout_keep_alive=15,
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _insist_on_proxy(told: str) -> None:
    """Insist that a proxy is one: where everybody's headers were believed, everybody could say where he comes from."""
    try:
        is_one = ipaddress.ip_network(told).prefixlen > 0
    except ValueError:
        is_one = False
    if not is_one:
        raise SettingsError("a proxy is named by its address, or by its network as 192.0.2.0/28", "--proxy")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
