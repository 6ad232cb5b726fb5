"""A mail server for tests, in a thread: a real SMTP conversation whose every reply the test decides."""

import contextlib
import re
import socket
import socketserver
import threading

# Seconds for which a client that hangs is waited for: far more than any is given in tests.
PATIENCE = 30


class Handler(socketserver.StreamRequestHandler):
    """Asks the server's `replies` for each command; knows no more of SMTP than it must."""

    def setup(self):
        super().setup()
        self.server.open.add(self.connection)

    def finish(self):
        self.server.open.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self):
        with contextlib.suppress(OSError):
            self._talk()

    def _talk(self):
        recipient = ""
        if not self._say("GREETING", "", "220 test"):
            return
        while line := self.rfile.readline():
            text = line.decode().strip()
            verb = text.split(" ")[0].upper()
            if verb == "RCPT":
                recipient = re.search("<(.*)>", text)[1]
            usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")
            if not self._say(verb, recipient, usual) or verb == "QUIT":
                return
            if verb == "DATA" and self.last == usual:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                letter = (recipient, b"".join(lines).decode())
                if not line or not self._say("BODY", recipient, "250 taken", letter):
                    return

    def _say(self, verb, recipient, usual, letter=None):
        self.last = self.server.replies(verb, recipient) or usual
        self.server.asked.append(verb)
        if letter and self.last.startswith("2"):
            # Before the client hears of it, and a test looks for it.
            self.server.letters.append(letter)
        if self.last == "drop":
            return False
        if self.last == "hang":
            self._outlast(lambda: None)
            return False
        if self.last == "trickle":
            # A byte at a time, none of which ends the line.
            self._outlast(lambda: self.wfile.write(b"2"))
            return False
        self.wfile.write(f"{self.last}\r\n".encode())
        return not self.last.startswith("421")

    def _outlast(self, do):
        """Keep the client waiting until it goes; a client that has not after so long has no deadline."""
        self.connection.setblocking(False)
        for _ in range(int(PATIENCE / self.server.pace)):
            if self.server.closing.wait(self.server.pace) or self._is_gone():
                return
            do()
        self.server.outwaited += 1

    def _is_gone(self):
        with contextlib.suppress(BlockingIOError):
            return not self.connection.recv(1000)
        return False


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self, port=0):
        self.replies = lambda verb, recipient: None
        self.letters, self.asked, self.open = [], [], set()
        self.closing = threading.Event()
        self.pace = 0.05
        # How many clients would have waited for ever.
        self.outwaited = 0
        super().__init__(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def port(self):
        return self.server_address[1]

    @property
    def recipients(self):
        return sorted(recipient for recipient, _ in self.letters)

    def handle_error(self, request, client_address):
        """A client that is killed in the middle is what tests are about."""

    def stop(self):
        self.closing.set()
        self.shutdown()
        self.thread.join()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
