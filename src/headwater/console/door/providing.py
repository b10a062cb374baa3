"""Signing in by the house's own provider of OpenID Connect: the code flow with PKCE (RFC 7636), state and nonce.

What was begun is sealed into a cookie of the browser that began it; what comes back counts only together with it. Of
the answer the provider's signature, issuer, audience, times and nonce are checked, and only its id of the person is
used: a name that a provider tells can be chosen by whoever has an account there.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from headwater.console.door.rules import Provider
from headwater.console.door.vouching import BACK, HOLDS, Begun, ProviderError, Vouched
from headwater.model.errors import StoreError
from headwater.store.casebook.sealing import Sealer

PATIENCE = 10.0
LEEWAY = 60
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_PLACE = ("sign-in by a provider", "begun")
_SCOPE = "openid"


def begin(provider: Provider, base: str, sealer: Sealer, now: datetime, to: str, ticket: str = "") -> Begun:
    """Begin to sign in, or (with the ticket of who is signed in) to join an account.

    :raises ProviderError: when the provider does not say where to go
    """
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    with _client(provider, base) as client:
        told = _described(client, provider)
        address, state = client.create_authorization_url(
            told["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
    begun = {"state": state, "nonce": nonce, "verifier": verifier, "to": to, "ticket": ticket, "at": now.timestamp()}
    cookie = base64.urlsafe_b64encode(sealer.seal(json.dumps(begun), *_PLACE)).decode()
    return Begun(str(address), cookie)


def finish(provider: Provider, base: str, sealer: Sealer, now: datetime, cookie: str, came: dict[str, str]) -> Vouched:
    """What came of it.

    :param came: the query with which the browser came back
    :raises ProviderError: when it is not the answer to what this browser began, or is not to be believed
    """
    begun = _begun(sealer, cookie, now)
    if not came.get("code") or not secrets.compare_digest(came.get("state", ""), begun["state"]):
        raise ProviderError("this is no answer to what was begun here")
    with _client(provider, base) as client:
        told = _described(client, provider)
        try:
            given = client.fetch_token(
                told["token_endpoint"],
                grant_type="authorization_code",
                code=came["code"],
                code_verifier=begun["verifier"],
            )
            keys = KeySet.import_key_set({"keys": list(_json(client, told["jwks_uri"])["keys"])})
            token = jwt.decode(str(given["id_token"]), keys, algorithms=_ALGORITHMS)
            _rules(provider, begun["nonce"], now).validate(token.claims)
        except (AuthlibBaseError, JoseError, httpx2.HTTPError, KeyError, ValueError, TypeError) as error:
            raise ProviderError(f"the provider's answer cannot be believed ({type(error).__name__})") from None
    _insist_on_party(provider, token.claims)
    return Vouched(provider.issuer, str(token.claims["sub"]), begun["to"], begun["ticket"])


def _client(provider: Provider, base: str) -> OAuth2Client:
    method = "client_secret_basic" if provider.client_secret else "none"
    return OAuth2Client(
        client_id=provider.client_id,
        client_secret=provider.client_secret or None,
        token_endpoint_auth_method=method,
        scope=_SCOPE,
        redirect_uri=f"{base}{BACK}",
        code_challenge_method="S256",
        timeout=PATIENCE,
        trust_env=False,
        follow_redirects=False,
    )


def _described(client: OAuth2Client, provider: Provider) -> dict[str, str]:
    """What the provider says of itself: where to ask for what."""
    if not _is_safe(provider.issuer):
        raise ProviderError("the provider is not reached by TLS")
    told = _json(client, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    wanted = {name: told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    if told.get("issuer") != provider.issuer or not all(_is_safe(address) for address in wanted.values()):
        raise ProviderError("the provider describes another one, or is not reached by TLS")
    return {name: str(address) for name, address in wanted.items()}


def _json(client: OAuth2Client, address: str) -> dict[str, Any]:
    try:
        answer = client.request("GET", address, withhold_token=True)
        found = answer.raise_for_status().json()
    except (httpx2.HTTPError, ValueError) as error:
        raise ProviderError(f"the provider cannot be reached ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise ProviderError("the provider's answer cannot be read")
    return found


def _begun(sealer: Sealer, cookie: str, now: datetime) -> dict[str, Any]:
    try:
        begun: dict[str, Any] = json.loads(sealer.unseal(base64.urlsafe_b64decode(cookie.encode()), *_PLACE))
    except (StoreError, binascii.Error, ValueError):
        raise ProviderError("nothing was begun by this browser") from None
    if not 0 <= now.timestamp() - begun["at"] <= HOLDS.total_seconds():
        raise ProviderError("it took too long; begin again")
    return begun


def _rules(provider: Provider, nonce: str, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )


def _insist_on_party(provider: Provider, claims: dict[str, Any]) -> None:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.client_id) != provider.client_id:
        raise ProviderError("the provider's answer is for somebody else")


def _is_safe(address: object) -> bool:
    """Whether an address is reached by TLS, or lies on this machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
