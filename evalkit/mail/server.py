"""The mail server (邮件服务器): from the environment, its password perhaps from a keyring.

Nothing of it stands in a params file, an argument, a log or a message on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.errors import Fault, ParamsFaults
from evalkit.mail.addresses import BadAddress, Person, person

PREFIX = "EVALKIT_SMTP_"
KEYRING = "evalkit-smtp"  # the service under which a keyring holds the password of the user
PORTS = {"starttls": 587, "tls": 465}
TIMEOUT = 60.0
LAST_REPLY = 600.0  # seconds that RFC 5321 gives a server to take a message over


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and as whom; ``security`` is ``starttls`` or ``tls``."""

    host: str
    port: int
    security: str
    sender: Person
    user: str = ""
    secret: str = field(default="", repr=False)
    authority: str = ""
    timeout: float = TIMEOUT
    last_reply: float = LAST_REPLY


def sender_of(given: str, environ: Mapping[str, str]) -> Person | None:
    """Who a mail is from: as given, else EVALKIT_SMTP_FROM, else the user if it is an address.

    Raises ``BadAddress`` for what is given and is no address.
    """
    text = given or environ.get(f"{PREFIX}FROM", "")
    if text:
        return person(text)
    try:
        return person(environ.get(f"{PREFIX}USER", ""))
    except BadAddress:
        return None


def server_of(sender: Person | None, environ: Mapping[str, str]) -> Server:
    """The server that the environment names. Raises ``ParamsFaults`` with all that is missing."""
    given = {name: environ.get(f"{PREFIX}{name}", "") for name in ("HOST", "USER", "CA")}
    security = environ.get(f"{PREFIX}SECURITY", "") or "starttls"
    port = environ.get(f"{PREFIX}PORT", "") or str(PORTS.get(security, 587))
    patience = environ.get(f"{PREFIX}TIMEOUT", "")
    timeout = patience or str(TIMEOUT)
    secret = environ.get(f"{PREFIX}PASSWORD", "") or _from_keyring(given["USER"])
    checks = {
        ("HOST", "smtp_host"): bool(given["HOST"].strip()),
        ("PORT", "smtp_port"): port.isascii() and port.isdigit() and 0 < int(port) < 65536,
        ("SECURITY", "smtp_security"): security in PORTS,
        ("FROM", "smtp_from"): sender is not None,
        ("PASSWORD", "smtp_password"): bool(secret) or not given["USER"],
        ("CA", "smtp_ca"): not given["CA"] or Path(given["CA"]).is_file(),
        ("TIMEOUT", "smtp_timeout"): _is_positive(timeout),
    }
    shown = {"PORT": port, "SECURITY": security, "CA": given["CA"], "TIMEOUT": timeout}
    faults = [
        Fault(f"{PREFIX}{name}", 0, 0, code, "", shown.get(name, ""))
        for (name, code), is_fine in checks.items()
        if not is_fine
    ]
    if faults or sender is None:
        raise ParamsFaults(faults)
    return Server(
        given["HOST"].strip(), int(port), security, sender, given["USER"], secret, given["CA"],
        float(timeout), float(patience or LAST_REPLY),
    )  # fmt: skip


def _is_positive(text: str) -> bool:
    try:
        return 0 < float(text) < 86_400
    except ValueError:
        return False


def _from_keyring(user: str) -> str:
    """The password of the user in the system's keyring; nothing without the extra ``keyring``."""
    if not user:
        return ""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ModuleNotFoundError:
        return ""
    try:
        return keyring.get_password(KEYRING, user) or ""
    except KeyringError:
        return ""
