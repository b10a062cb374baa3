"""Names and addresses of techniques of MITRE ATT&CK (Enterprise) that findings cite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "T1005": "Data from Local System",
        "T1020": "Automated Exfiltration",
        "T1021": "Remote Services",
        "T1029": "Scheduled Transfer",
        "T1030": "Data Transfer Size Limits",
        "T1039": "Data from Network Shared Drive",
        "T1041": "Exfiltration Over C2 Channel",
        "T1048": "Exfiltration Over Alternative Protocol",
        "T1052": "Exfiltration Over Physical Medium",
        "T1074": "Data Staged",
        "T1078": "Valid Accounts",
        "T1078.002": "Domain Accounts",
        "T1102": "Web Service",
        "T1110": "Brute Force",
        "T1114": "Email Collection",
        "T1119": "Automated Collection",
        "T1213": "Data from Information Repositories",
        "T1213.006": "Databases",
        "T1530": "Data from Cloud Storage",
        "T1560": "Archive Collected Data",
        "T1567": "Exfiltration Over Web Service",
    }
)
"""A technique that is not named here is cited by its number."""

_ATTACK = re.compile(r"T\d{4}(\.\d{3})?")


def is_attack(technique: str) -> bool:
    """Whether it is a number of ATT&CK; others are of the Insider Threat Matrix.

    >>> is_attack("T1213.006"), is_attack("IF001")
    (True, False)
    """
    return bool(_ATTACK.fullmatch(technique))


def name_of(technique: str) -> str:
    """The name, or the number where the name is not known."""
    return NAMES.get(technique, technique)


def url_of(technique: str) -> str:
    """Where ATT&CK describes it; empty for what is none of it.

    >>> url_of("T1213.006")
    'https://attack.mitre.org/techniques/T1213/006/'
    """
    return f"https://attack.mitre.org/techniques/{technique.replace('.', '/')}/" if is_attack(technique) else ""
