"""A web server on loopback that answers as a test tells it, and notes what it was asked."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """`answers` maps a path to (status, headers, body); a body may be a function that writes to the socket itself."""

    def __init__(self, port, answers):
        self.port, self.answers, self.asked = port, answers, []

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def serving(answers, *, context=None):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            server.asked.append((self.path, dict(self.headers)))
            status, headers, body = server.answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if callable(body):
                self.end_headers()
                self.close_connection = True
                body(self.wfile)
                return
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Silence."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """A reader that hangs up is what some tests are about."""

    web = Quiet(("127.0.0.1", 0), Handler)
    if context is not None:
        web.socket = context.wrap_socket(web.socket, server_side=True)
    server = Server(web.server_port, answers)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
