"""A mail server on the loopback with TLS and a login, well-behaved or not; what it took is kept."""

import asyncio
import ssl
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from threading import Thread

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, SECRET = "reports@example.gov.cn", "hunter2-not-to-be-seen"


class Taken:
    """Takes mail as its rules say, and keeps what it took as (recipients, bytes)."""

    def __init__(self):
        self.mails = []
        self.asked = []  # every recipient that was asked for
        self.rcpt = {}  # address -> replies, the last for good
        self.data = []  # replies to messages in their order; then all are taken
        self.stall = None  # seconds before a message is answered
        self.drop = None  # "data": the connection breaks instead of the answer
        self.on_taken = lambda count: None

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked.append(address)
        replies = self.rcpt.get(address, [])
        reply = replies.pop(0) if len(replies) > 1 else (replies or ["250 OK"])[0]
        if reply == "drop":
            server.transport.abort()
            return "421 gone"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        if self.stall:
            await asyncio.sleep(self.stall)
        reply = self.data.pop(0) if self.data else "250 taken"
        if reply.startswith("250"):
            self.mails.append((list(envelope.rcpt_tos), envelope.content))
            self.on_taken(len(self.mails))
        if self.drop == "data":
            server.transport.abort()
        return reply

    @property
    def messages(self):
        """What was taken, parsed by the standard library."""
        return [message_from_bytes(data, policy=default) for _, data in self.mails]


class Lines:
    """A server with its certificates; ``environ`` tells evalkit where it is."""

    def __init__(self, folder):
        self.authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(str(self.ca))

    @contextmanager
    def serving(self, security="starttls", name="127.0.0.1", login=True):
        """A running server; the handler and the environment that leads to it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert(name).configure_cert(context)
        handler = Taken()
        how = {"tls_context": context, "require_starttls": True} if security == "starttls" else {}
        if login:
            # A session that began with TLS is not known to aiosmtpd as one.
            how |= {"authenticator": _checks, "auth_required": security == "starttls",
                    "auth_require_tls": security == "starttls"}  # fmt: skip

        loop = asyncio.new_event_loop()
        Thread(target=loop.run_forever, daemon=True).start()

        async def start():
            return await loop.create_server(
                lambda: SMTP(handler, enable_SMTPUTF8=True, loop=loop, **how), "127.0.0.1", 0,
                ssl=context if security == "tls" else None,
            )  # fmt: skip

        running = asyncio.run_coroutine_threadsafe(start(), loop).result()
        port = running.sockets[0].getsockname()[1]
        environ = {
            "EVALKIT_SMTP_HOST": "127.0.0.1", "EVALKIT_SMTP_PORT": str(port),
            "EVALKIT_SMTP_SECURITY": "tls" if security == "tls" else "starttls",
            "EVALKIT_SMTP_CA": str(self.ca), "EVALKIT_SMTP_FROM": USER,
        }  # fmt: skip
        if login:
            environ |= {"EVALKIT_SMTP_USER": USER, "EVALKIT_SMTP_PASSWORD": SECRET}
        try:
            yield handler, environ
        finally:
            asyncio.run_coroutine_threadsafe(_end(running), loop).result()
            loop.call_soon_threadsafe(loop.stop)


async def _end(running):
    """Close the server and every session that is left."""
    running.close()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for each in left:
        each.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _checks(server, session, envelope, mechanism, data):
    """Whether the login is that of the user."""
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(), SECRET.encode(),
    )  # fmt: skip
    return AuthResult(success=is_known, handled=is_known)
