"""The demo's mailbox: an e-mail backend that keeps every message as a file, and the reading of those files."""

import os
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

NAME = re.compile(r"^\d{20}-[0-9a-f]{8}$")


class FileMailbox(BaseEmailBackend):
    """Writes each message to MAIL_DIR as <time>-<random>.eml; the names sort by time."""

    def send_messages(self, email_messages) -> int:
        settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            # Renamed into place, so that a reader never sees half a message.
            handle, temporary = tempfile.mkstemp(dir=settings.MAIL_DIR)
            with os.fdopen(handle, "wb") as file:
                file.write(message.message().as_bytes(linesep="\r\n"))
            name = f"{timezone.now():%Y%m%d%H%M%S%f}-{uuid4().hex[:8]}.eml"
            os.replace(temporary, settings.MAIL_DIR / name)
        return len(email_messages)


@dataclass(frozen=True)
class StoredMail:
    name: str
    to: str
    subject: str
    date: datetime | None
    text: str
    html: str = ""
    calendar: str = ""


def stored_names() -> list[str]:
    """All messages, the newest first."""
    if not settings.MAIL_DIR.is_dir():
        return []
    return sorted((path.stem for path in settings.MAIL_DIR.glob("*.eml")), reverse=True)


def read_mail(name: str) -> StoredMail | None:
    """One message by its name; None where there is none, or the name is not one of ours."""
    path = Path(settings.MAIL_DIR) / f"{name}.eml"
    if not NAME.match(name) or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_attachment()}
    return StoredMail(
        name=name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date=_instant(message["Date"]),
        text=_text(parts.get("text/plain")),
        html=_text(parts.get("text/html")),
        calendar=_text(parts.get("text/calendar")),
    )


def forget(addresses: Collection[str]) -> None:
    """Delete every message that has one of these addresses in it, wherever it stands."""
    for name in stored_names():
        path = Path(settings.MAIL_DIR) / f"{name}.eml"
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        whole = "\n".join([*map(str, message.values()), *map(_content, message.walk())]).lower()
        if any(address in whole for address in addresses):
            path.unlink(missing_ok=True)


def _content(part) -> str:
    return part.get_content() if part.get_content_maintype() == "text" else ""


def _text(part) -> str:
    return part.get_content().replace("\r\n", "\n") if part else ""


def _instant(date: str | None) -> datetime | None:
    """RFC 5322 writes UTC as -0000 where the sender's zone is unknown, which Python reads as naive."""
    if not date:
        return None
    parsed = parsedate_to_datetime(date)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
