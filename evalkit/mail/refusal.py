"""Why a mail is not made or not sent (拒绝), as data; ``text/<lang>/mail.md`` says it in words."""

from __future__ import annotations


class MailRefused(Exception):
    """A mail that is not made or not sent; ``code`` names the sentence ``refused_<code>``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values
