"""Mail to a real server on the loopback: once to each, whatever the server or a crash does."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evalkit.cli import main
from evalkit.errors import ParamsFaults
from evalkit.mail.addresses import person
from evalkit.mail.send import Parcel, Patience, Stopped, send_all
from evalkit.mail.sent import LOG, read_history
from evalkit.mail.server import sender_of, server_of
from tests.mail_server import SECRET, USER, Lines

DATE = datetime(2024, 9, 30, 8, 0, tzinfo=UTC)
BODY = b"Subject: x\r\nMessage-ID: <%s>\r\n\r\n.a line that begins with a dot\r\n..\r\nend\r\n"


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The authority that signs for all servers of this module."""
    return Lines(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def serving(lines):
    """One well-behaved server with STARTTLS and a login."""
    with lines.serving() as (taken, environ):
        yield taken, environ


def parcel(folder, *people, number=1):
    """A message to some people, its log in a folder of its own."""
    file = folder / f"{number}.eml"
    file.write_bytes(BODY % b"m%d@x" % number)
    return Parcel(f"p{number}", f"<m{number}@x>", DATE, people, file, folder / f"{number}-{LOG}")


def send(parcels, environ, patience=None, sleep=lambda seconds: None, **more):
    """Send them; what became of each as (address, status)."""
    server = server_of(sender_of("", environ), environ | more)
    patience = patience or Patience(retries=2, wait=1)
    return [
        (each.address, each.status) for each in send_all(parcels, server, patience, sleep=sleep)
    ]


# --- a server that behaves -------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_message_arrives_as_it_was(lines, tmp_path, security):
    """Byte for byte, dots at the start of lines included, to every recipient at once."""
    with lines.serving(security) as (taken, environ):
        ends = send([parcel(tmp_path, "a@x.cn", "b@x.cn")], environ)
    assert ends == [("a@x.cn", "sent"), ("b@x.cn", "sent")]
    [(people, data)] = taken.mails
    assert people == ["a@x.cn", "b@x.cn"]
    assert data == BODY % b"m1@x"


def test_a_second_run_sends_only_what_is_left(serving, tmp_path):
    """Who has a message does not get it again; who is new gets it."""
    taken, environ = serving
    send([parcel(tmp_path, "a@x.cn")], environ)
    ends = send([parcel(tmp_path, "A@x.cn", "new@x.cn")], environ)
    assert ends == [("A@x.cn", "already"), ("new@x.cn", "sent")]
    assert [people for people, _ in taken.mails] == [["a@x.cn"], ["new@x.cn"]]


# --- a server that does not ----------------------------------------------------------------


def test_each_recipient_has_an_end_of_its_own(serving, tmp_path):
    """A refused one keeps nobody else from getting the mail, and is not tried again in this run."""
    taken, environ = serving
    taken.rcpt = {"no@x.cn": ["550 no such user"]}
    ends = send([parcel(tmp_path, "a@x.cn", "no@x.cn")], environ)
    assert sorted(ends) == [("a@x.cn", "sent"), ("no@x.cn", "refused")]
    assert taken.asked == ["a@x.cn", "no@x.cn"]
    assert taken.mails[0][0] == ["a@x.cn"]


def test_later_is_tried_again_with_growing_patience(serving, tmp_path):
    """Greylisting: only who was deferred is asked again, and gets the same message."""
    taken, environ = serving
    taken.rcpt = {"grey@x.cn": ["451 later", "451 later", "250 OK"]}
    waited = []
    ends = send(
        [parcel(tmp_path, "a@x.cn", "grey@x.cn"), parcel(tmp_path, "c@x.cn", number=2)],
        environ, Patience(retries=3, wait=10), waited.append,
    )  # fmt: skip
    assert sorted(ends) == [("a@x.cn", "sent"), ("c@x.cn", "sent"), ("grey@x.cn", "sent")]
    assert waited == [10, 20]
    assert [people for people, _ in taken.mails] == [["a@x.cn"], ["c@x.cn"], ["grey@x.cn"]]
    assert taken.mails[0][1] == taken.mails[2][1]


def test_later_for_ever_ends(serving, tmp_path):
    """After the last try it is told, and the next run may try again."""
    taken, environ = serving
    taken.rcpt = {"grey@x.cn": ["451 later"]}
    assert send([parcel(tmp_path, "grey@x.cn")], environ) == [("grey@x.cn", "deferred")]
    assert len(taken.asked) == 3
    taken.rcpt = {}
    assert send([parcel(tmp_path, "grey@x.cn")], environ) == [("grey@x.cn", "sent")]


@pytest.mark.parametrize(("reply", "times", "end"), [
    ("552 too large", 1, "refused"), ("452 disk full", 2, "sent"), ("421 closing", 2, "sent"),
])  # fmt: skip
def test_the_answer_to_the_message_counts(serving, tmp_path, reply, times, end):
    """5xx is a no at once, 4xx is tried again; also where the server closes with it."""
    taken, environ = serving
    taken.data = [reply]
    assert send([parcel(tmp_path, "a@x.cn")], environ) == [("a@x.cn", end)]
    assert len(taken.asked) == times


def test_a_connection_that_breaks_before_the_end_has_sent_nothing(serving, tmp_path):
    """It is told as not sent and not tried again; the next message has a new connection."""
    taken, environ = serving
    taken.rcpt = {"a@x.cn": ["drop"]}
    ends = send([parcel(tmp_path, "a@x.cn"), parcel(tmp_path, "b@x.cn", number=2)], environ)
    assert ends == [("a@x.cn", "lost"), ("b@x.cn", "sent")]
    assert not read_history(tmp_path / f"1-{LOG}").is_in_doubt("<m1@x>", "a@x.cn")


@pytest.mark.parametrize("how", ["drop", "stall"])
def test_a_message_whose_answer_never_came_is_in_doubt(serving, tmp_path, how):
    """It may have arrived: held if asked, else sent again as the very same message."""
    taken, environ = serving
    if how == "drop":
        taken.drop = "data"
    else:
        taken.stall = 30
    mine = [parcel(tmp_path, "a@x.cn")]
    assert send(mine, environ, EVALKIT_SMTP_TIMEOUT="0.6") == [("a@x.cn", "in_doubt")]
    taken.drop, taken.stall = None, None
    before = len(taken.mails)
    assert send(mine, environ, Patience(is_held=True)) == [("a@x.cn", "held")]
    assert len(taken.mails) == before
    assert send(mine, environ) == [("a@x.cn", "sent")]
    assert {data for _, data in taken.mails} == {BODY % b"m1@x"}
    assert send(mine, environ) == [("a@x.cn", "already")]


def test_a_server_that_always_breaks_is_given_up(serving, tmp_path):
    """Not every one of a thousand mails waits for it."""
    taken, environ = serving
    taken.rcpt = {f"{n}@x.cn": ["drop"] for n in range(9)}
    with pytest.raises(Stopped) as stopped:
        send([parcel(tmp_path, f"{n}@x.cn", number=n) for n in range(9)], environ)
    assert stopped.value.code == "broken" and len(taken.asked) == 3


@pytest.mark.parametrize(("change", "code"), [
    ({"EVALKIT_SMTP_PASSWORD": "wrong"}, "login"),
    ({"EVALKIT_SMTP_PASSWORD": "口令"}, "login"),
    ({"EVALKIT_SMTP_CA": ""}, "certificate"),
    ({"EVALKIT_SMTP_HOST": "localhost"}, "certificate"),
    ({"EVALKIT_SMTP_PORT": "9"}, "connection"),
    ({"EVALKIT_SMTP_SECURITY": "tls"}, "connection"),
])  # fmt: skip
def test_a_server_that_cannot_be_trusted_gets_nothing(serving, tmp_path, change, code):
    """No login, no recipient, no byte of a message; the secret is in no message of ours."""
    taken, environ = serving
    with pytest.raises(Stopped) as stopped:
        send([parcel(tmp_path, "a@x.cn")], environ | change)
    assert stopped.value.code == code
    assert SECRET not in repr(stopped.value)
    assert taken.asked == []


def test_without_encryption_nothing_is_sent(lines, tmp_path):
    """A server that offers no STARTTLS does not even get the login."""
    with lines.serving("none", login=False) as (taken, environ):
        environ |= {"EVALKIT_SMTP_USER": USER, "EVALKIT_SMTP_PASSWORD": SECRET}
        with pytest.raises(Stopped) as stopped:
            send([parcel(tmp_path, "a@x.cn")], environ)
    assert stopped.value.code == "no_tls" and taken.asked == []


def test_settings_are_told_at_once_and_without_the_secret():
    """Everything that is missing or wrong; and no way of printing the settings shows the secret."""
    wrong = {
        "PORT": "70000", "SECURITY": "none", "USER": "u", "CA": "/no/such.pem", "TIMEOUT": "0",
    }  # fmt: skip
    wrong = {f"EVALKIT_SMTP_{name}": value for name, value in wrong.items()}
    with pytest.raises(ParamsFaults) as raised:
        server_of(None, wrong)
    assert [fault.code for fault in raised.value.faults] == [
        "smtp_host", "smtp_port", "smtp_security", "smtp_from", "smtp_password", "smtp_ca",
        "smtp_timeout",
    ]  # fmt: skip
    fine = server_of(person("a@x.cn"), {"EVALKIT_SMTP_HOST": "h", "EVALKIT_SMTP_USER": "u",
                                        "EVALKIT_SMTP_PASSWORD": SECRET})  # fmt: skip
    assert (fine.port, fine.secret) == (587, SECRET)
    assert SECRET not in repr(fine)


# --- the log -----------------------------------------------------------------------------


def test_the_log_is_written_before_and_after_the_last_byte(serving, tmp_path):
    """When the server has the message, `handing` is on the disk and `sent` is not yet."""
    taken, environ = serving
    mine = parcel(tmp_path, "a@x.cn")
    seen = []
    taken.on_taken = lambda count: seen.append(mine.log.read_text())
    send([mine], environ)
    events = [json.loads(line)["event"] for line in mine.log.read_text().splitlines()]
    assert [json.loads(line)["event"] for line in seen[0].splitlines()] == ["handing"]
    assert events == ["handing", "sent"]
    assert SECRET not in mine.log.read_text()
    assert mine.log.stat().st_mode & 0o077 == 0


def test_a_torn_line_is_no_line(serving, tmp_path):
    """What a crash of the machine left half written does not spoil the lines that follow."""
    _, environ = serving
    mine = parcel(tmp_path, "a@x.cn", "b@x.cn")
    mine.log.write_bytes(b'{"event": "sent", "message": "<m1@x>", "date": "2024-09-3')
    assert [status for _, status in send([mine], environ)] == ["sent", "sent"]
    assert [status for _, status in send([mine], environ)] == ["already", "already"]


def test_two_runs_at_a_time_send_once(serving, tmp_path):
    """The second waits for the first and then finds the mail sent."""
    taken, environ = serving
    taken.stall = 0.2
    mine = [parcel(tmp_path, f"{n}@x.cn", number=n) for n in range(4)]
    with ThreadPoolExecutor(2) as pool:
        ends = [each for run in pool.map(lambda _: send(mine, environ), range(2)) for each in run]
    assert sorted(status for _, status in ends) == ["already"] * 4 + ["sent"] * 4
    assert len(taken.mails) == 4


PROCESS = """
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from evalkit.mail.guard import send_guarded
from evalkit.mail.send import Patience
from evalkit.mail.server import sender_of, server_of
from tests.test_mail_send import parcel
parcels = [parcel(Path(sys.argv[2]), f"{n}@x.cn", number=n) for n in range(30)]
server = server_of(sender_of("", os.environ), os.environ)
send_guarded(parcels, server, Patience(), lambda outcome: None)
"""


@pytest.mark.parametrize("kill", [os.kill, os.killpg])
def test_a_killed_run_is_taken_up_again(serving, tmp_path, kill):
    """Killed as the server takes a message: a second run sends the rest, and nobody has two."""
    taken, environ = serving
    command = [sys.executable, "-c", PROCESS, str(Path(__file__).parents[1]), str(tmp_path)]
    running = subprocess.Popen(command, env={**os.environ, **environ}, start_new_session=True)
    # In the very moment that is hardest: the message is taken, and the sender not yet told so.
    taken.on_taken = lambda count: kill(running.pid, signal.SIGKILL) if count == 12 else None
    assert running.wait() == -signal.SIGKILL
    taken.on_taken = lambda count: None
    ends = send([parcel(tmp_path, f"{n}@x.cn", number=n) for n in range(30)], environ)
    count = Counter(status for _, status in ends)
    # The message in hand is ended; the kill may reach the run only as the next one has begun.
    assert 12 <= count["already"] <= 13 and count["already"] + count["sent"] == 30
    assert [people for people, _ in taken.mails] == [[f"{n}@x.cn"] for n in range(30)]


# --- the command ---------------------------------------------------------------------------


def test_the_command_sends_what_the_draft_showed(serving, delivered, capsys, monkeypatch, tmp_path):
    """To all of them, once, without the mark of a draft; a second run says that they have it."""
    taken, environ = serving
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    out = tmp_path / "out"
    for project in ("canteens-2024", "minhang-logistics-2018"):
        shutil.copytree(delivered / project, out / project)
    people = tmp_path / "people.yaml"
    people.write_text("canteens-2024: 陈 <chen@x.cn>\nminhang-logistics-2018:\n  to: [a@x.cn]\n"
                      "  cc: [李 <li@x.cn>]\n", "utf-8")  # fmt: skip
    line = ["mail", str(out), "--recipients", str(people), "--send"]
    assert main(line) == 0
    said = capsys.readouterr().out
    assert [people for people, _ in taken.mails] == [["chen@x.cn"], ["a@x.cn", "li@x.cn"]]
    first, second = taken.messages
    assert str(first["To"]) == "陈 <chen@x.cn>" and str(second["Cc"]) == "李 <li@x.cn>"
    assert first["X-Unsent"] is None
    assert "li@x.cn" in said and SECRET not in said
    assert not list(out.glob("*/*.eml"))
    assert main(line) == 0
    assert len(taken.mails) == 2
    assert capsys.readouterr().out.count("已发过") == 3
    taken.rcpt = {"new@x.cn": ["550 no"]}
    assert main([*line, "--cc", "new@x.cn", "--lang", "en"]) == 1
