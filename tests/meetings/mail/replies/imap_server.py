"""A small IMAP server on loopback: one mailbox, as much of RFC 3501 as reading it asks for, faults on request.

Acceptance reads the same from a Dovecot (acceptance/test_replies.py).
"""

import re
import socket
import threading

USER, PASSWORD = "replies", "a secret"


class ImapServer:
    """`messages` by UID; `seen` their UIDs; `fault`: "" or what goes wrong ("refuse", "hang-up", "sign-in", "no")."""

    def __init__(self):
        self.messages: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.next_uid, self.uid_validity = 1, 7
        self.fault = ""
        self.fetched: list[int] = []
        self.conversations = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return f"imap://{USER}:a%20secret@127.0.0.1:{self.port}/INBOX"

    def deliver(self, *letters):
        for letter in letters:
            self.messages[self.next_uid] = letter
            self.next_uid += 1

    def stop(self):
        self._listening.close()

    def _serve(self):
        while True:
            try:
                client, _address = self._listening.accept()
            except OSError:
                return
            self.conversations += 1
            if self.fault == "refuse":
                client.close()
                continue
            threading.Thread(target=self._talk, args=[client], daemon=True).start()

    def _talk(self, client):
        with client, client.makefile("rwb") as line:
            line.write(b"* OK ready\r\n")
            line.flush()
            for text in line:
                tag, command, rest = [*text.decode("latin-1").strip().split(" ", 2), ""][:3]
                if self.fault == "hang-up" and command.upper() == "UID":
                    return
                for answer in self._answers(command.upper(), rest):
                    line.write(answer + b"\r\n")
                line.write(f"{tag} {self._status(command.upper(), rest)} done\r\n".encode())
                line.flush()
                if command.upper() == "LOGOUT":
                    return

    def _status(self, command, rest):
        if command == "LOGIN":
            good = rest.replace('"', "") == f"{USER} {PASSWORD}" and self.fault != "sign-in"
            return "OK" if good else "NO [AUTHENTICATIONFAILED]"
        return "NO" if command == "UID" and self.fault == "no" else "OK"

    def _answers(self, command, rest):
        match command:
            case "CAPABILITY":
                yield b"* CAPABILITY IMAP4rev1"
            case "SELECT":
                yield f"* {len(self.messages)} EXISTS".encode()
                yield f"* OK [UIDVALIDITY {self.uid_validity}] x".encode()
                yield f"* OK [UIDNEXT {self.next_uid}] x".encode()
            case "LOGOUT":
                yield b"* BYE"
            case "UID" if self.fault != "no":
                yield from self._by_uid(*rest.split(" ", 1))

    def _by_uid(self, command, rest):
        if command == "SEARCH":
            first, until = re.fullmatch(r"UID (\d+):(\d+|\*)", rest).groups()
            last = max(self.messages, default=0) if until == "*" else int(until)
            found = [uid for uid in sorted(self.messages) if int(first) <= uid <= last]
            yield f"* SEARCH {' '.join(map(str, found))}".encode()
            return
        uids, rest = rest.split(" ", 1)
        numbers = {uid: number for number, uid in enumerate(sorted(self.messages), 1)}
        for uid in map(int, uids.split(",")):
            if uid not in self.messages:
                continue
            letter = self.messages[uid]
            if command == "STORE":
                self.seen.add(uid)
            elif "RFC822.SIZE" in rest:
                # Servers may say more than they were asked, in any order.
                yield f"* {numbers[uid]} FETCH (UID {uid} FLAGS (\\Recent) RFC822.SIZE {len(letter)})".encode()
            else:
                self.fetched.append(uid)
                part = letter[: int(re.search(r"<0\.(\d+)>", rest)[1])]
                head = f"* {numbers[uid]} FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n".encode()
                yield head + part + b")"
