"""How a message leaves by each kind of channel: once a call, and every failure says whether trying again helps."""

import hashlib
import hmac
import json
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from connectors.channels import Channel, Kind
from connectors.outbound import OutboundRefused, post
from store.private_files import write_private
from worker.messages.compose import Letter, Line

TIMEOUT_S = 10.0
AGAIN = (408, 425, 429)  # what a host answers that wants it later; other refusals stay
Secret = Callable[[str], str]


class NotSent(Exception):
    """
    A message did not leave; `for_good`: it will not leave by trying again; `wait_s`: not before so many seconds. The
    message holds no secret.
    """

    def __init__(self, message: str, *, for_good: bool, wait_s: float = 0.0):
        super().__init__(message)
        self.for_good, self.wait_s = for_good, wait_s


def send(letter: Letter, recipient: str, channel: Channel, secret: Secret) -> None:
    """Hand a message over by a channel. Raises NotSent."""
    match channel.kind:
        case Kind.EMAIL:
            _mail(letter, recipient, channel, secret)
        case Kind.FILE:
            _drop(letter, channel)
        case _:
            _post(letter, channel, secret)


def mail_of(letter: Letter, recipient: str, sender: str) -> EmailMessage:
    """The message as a mail; its Message-ID follows from its key, so that a second copy is known as one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, recipient
    mail["Subject"] = " ".join(letter.title.split())
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{digest(letter.key)}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{letter.settings}>"
    mail.set_content(letter.text)
    for name, content in letter.attached:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail


def digest(key: str) -> str:
    """A key as others may know it: the same each time, and without an address in it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def signature(body: bytes, secret: str, moment: int) -> str:
    """`t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY`, so that no old message can be sent again as a new one."""
    made = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={made}"


def _mail(letter: Letter, recipient: str, channel: Channel, secret: Secret) -> None:
    mail = mail_of(letter, recipient, channel.sender)
    try:
        with _connected(channel) as server:
            if channel.user:
                server.login(channel.user, secret(channel.password))
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        raise NotSent(
            f"{channel.host} does not take mail for {recipient} ({codes[0]}).", for_good=min(codes) >= 500
        ) from None
    except smtplib.SMTPAuthenticationError as refused:
        told = f"{channel.host} did not let '{channel.user}' sign in ({refused.smtp_code})."
        raise NotSent(told, for_good=False) from None
    except smtplib.SMTPResponseException as refused:
        told = f"{channel.host} answered with {refused.smtp_code}."
        raise NotSent(told, for_good=refused.smtp_code >= 500) from None
    except (smtplib.SMTPException, OSError, ssl.SSLError) as wrong:
        raise NotSent(
            f"{channel.host} could not be reached: {type(wrong).__name__}.", for_good=False
        ) from None


def _connected(channel: Channel) -> smtplib.SMTP:
    if channel.security == "none":
        return smtplib.SMTP(channel.host, channel.port, timeout=TIMEOUT_S)
    known = ssl.create_default_context(cafile=channel.ca_file or None)
    if channel.security == "tls":
        return smtplib.SMTP_SSL(channel.host, channel.port, timeout=TIMEOUT_S, context=known)
    server = smtplib.SMTP(channel.host, channel.port, timeout=TIMEOUT_S)
    try:
        server.starttls(context=known)
    except BaseException:
        server.close()
        raise
    return server


def _post(letter: Letter, channel: Channel, secret: Secret) -> None:
    body = json.dumps(BODIES[channel.kind](letter), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": digest(letter.key)}
    if channel.kind is Kind.WEBHOOK:
        headers["X-Fairlead-Signature"] = signature(body, secret(channel.secret), int(time.time()))
    try:
        post(secret(channel.url), body, headers, inside=channel.inside)
    except OutboundRefused as refused:
        for_good = refused.is_ours or (300 <= refused.status < 500 and refused.status not in AGAIN)
        raise NotSent(str(refused), for_good=for_good, wait_s=refused.wait_s) from None


def _drop(letter: Letter, channel: Channel) -> None:
    """One file a message, whole or not there; sent again it is the same file."""
    try:
        channel.folder.mkdir(parents=True, exist_ok=True)
        write_private(
            channel.folder / f"{digest(letter.key)}.json", json.dumps(_plain(letter), ensure_ascii=False)
        )
    except OSError as wrong:
        told = f"The folder of '{channel.name}' cannot be written: {wrong.strerror}."
        raise NotSent(told, for_good=False) from None


def _plain(letter: Letter) -> dict[str, object]:
    if letter.meeting:
        (line,) = letter.lines
        told = {"meeting": letter.meeting, "about": line.about, "said": line.said, "link": line.link}
        return {"key": digest(letter.key), "title": letter.title, **told}
    return {
        "key": digest(letter.key),
        "title": letter.title,
        "episodes": [asdict(each) for each in letter.lines],
    }


def _slack(letter: Letter) -> dict[str, object]:
    def safe(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*", "∗")

    def told(each: Line) -> str:
        name = safe(each.about).replace("|", "¦")
        return f"<{each.link}|{name}>\n{safe(each.said)}"

    return {"text": "\n".join([f"*{safe(letter.title)}*", *map(told, letter.lines)])}


def _teams(letter: Letter) -> dict[str, object]:
    def block(text: str, **more: object) -> dict[str, object]:
        return {"type": "TextBlock", "text": text, "wrap": True, **more}

    body = [block(letter.title, weight="bolder", size="medium")]
    body += [block(f"{each.about}: {each.said}") for each in letter.lines]
    ways = [{"type": "Action.OpenUrl", "title": each.about, "url": each.link} for each in letter.lines[:6]]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": body, "actions": ways,
    }  # fmt: skip
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}


BODIES: Mapping[Kind, Callable[[Letter], dict[str, object]]] = {
    Kind.WEBHOOK: _plain, Kind.SLACK: _slack, Kind.TEAMS: _teams,
}  # fmt: skip
