"""A mail server on the loopback that takes mail, or does what it is told instead."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy


class PostOffice:
    """`answers` replaces the reply to a command ("RCPT": "550 unknown"); None hangs up without a word."""

    def __init__(self):
        self.answers = {}
        self.mails = []
        self.port = 0

    def mail(self, number=0):
        return message_from_bytes(self.mails[number], policy=policy.default)


USUAL = {"GREET": "220 fake", "DATA": "354 go on", "QUIT": "221 bye", "END": "250 taken"}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        office = self.server.office
        if not self.reply("GREET"):
            return
        while line := self.rfile.readline():
            command = line[:4].decode().strip().upper()
            if not self.reply(command) or command == "QUIT":
                return
            if command == "DATA" and "DATA" not in office.answers:
                body = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    body += line
                if not self.reply("END"):
                    return
                if "END" not in office.answers:
                    office.mails.append(body)

    def reply(self, command):
        text = self.server.office.answers.get(command, USUAL.get(command, "250 fine"))
        if text is None:
            return False
        self.wfile.write(f"{text}\r\n".encode())
        return not text.startswith("421")


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.office = office
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield office
        server.shutdown()
        thread.join()
