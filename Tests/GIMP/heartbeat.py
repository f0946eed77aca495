"""How long windows take to answer: asks them again and again, as a window manager does (_NET_WM_PING).

A program answers from the loop that also draws and hears clicks, so that the longest answer is the longest time for
which its windows were frozen. Speaks X's protocol itself, as far as that takes.
"""
import socket
import struct
import threading
import time

PAUSE = 0.02
CLIENT_MESSAGE, SUBSTRUCTURE_NOTIFY = 33, 1 << 19

# Seconds that a window may take to answer before its user notices. What freezes its window whenever it shows something
# does so in a good part of its answers; a busy machine holds up any program once in a while, and then not for long.
FROZEN = 0.2
HELD_UP = 3.0
SHARE_HELD_UP = 0.1


class Display:
    """A connection to a screen without a password."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"/tmp/.X11-unix/X{name.lstrip(':')}")
        self.socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        head = self.receive(8)
        assert head[0] == 1, "the screen wants no more guests"
        setup = self.receive(4 * struct.unpack("<H", head[6:8])[0])
        vendor, formats = struct.unpack("<H", setup[16:18])[0], setup[21]
        start = 32 + (vendor + 3) // 4 * 4 + 8 * formats
        self.root = struct.unpack("<I", setup[start:start + 4])[0]

    def receive(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def event(self):
        """The next event or reply, 32 bytes of it."""
        head = self.receive(32)
        if head[0] == 1:
            self.receive(4 * struct.unpack("<I", head[4:8])[0])
        return head

    def atom(self, name):
        padded = name.encode() + bytes(-len(name) % 4)
        self.socket.sendall(struct.pack("<BxHHxx", 16, 2 + len(padded) // 4, len(name)) + padded)
        return struct.unpack("<I", self.event()[8:12])[0]

    def watch_root(self):
        self.socket.sendall(struct.pack("<BxHIII", 2, 4, self.root, 1 << 11, SUBSTRUCTURE_NOTIFY))

    def send(self, window, kind, *numbers):
        message = struct.pack("<BBHII5I", CLIENT_MESSAGE, 32, 0, window, kind, *numbers)
        self.socket.sendall(struct.pack("<BBHII", 25, 0, 11, window, 0) + message)


class Heartbeat:
    """Asks windows from the beginning of a `with` to its end; `answers` holds how long each answer took, by window.

    The windows are to be there at the end: what is asked of one that is closed has no answer, which counts as frozen.
    """

    def __init__(self, screen, *windows):
        self.display = Display(screen.environment["DISPLAY"])
        self.windows = [int(window) for window in windows]
        self.asked = {}
        self.answers = {window: [] for window in self.windows}
        self.over = threading.Event()

    def __enter__(self):
        self.protocols, self.ping = self.display.atom("WM_PROTOCOLS"), self.display.atom("_NET_WM_PING")
        self.display.watch_root()
        self.threads = [threading.Thread(target=self.ask), threading.Thread(target=self.hear, daemon=True)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.threads[0].join()
        time.sleep(0.5)  # for the last answers
        for (window, _), asked in self.asked.items():  # none has come to these
            self.answers[window].append(time.monotonic() - asked)
        self.display.socket.shutdown(socket.SHUT_RDWR)

    def ask(self):
        number = 0
        while not self.over.wait(PAUSE):
            for window in self.windows:
                number += 1
                self.asked[window, number] = time.monotonic()
                self.display.send(window, self.protocols, self.ping, number, window, 0, 0)

    def hear(self):
        try:
            while True:
                event = self.display.event()
                if event[0] & 0x7F != CLIENT_MESSAGE:
                    continue
                _, kind, what, number, window = struct.unpack("<5I", event[4:24])
                asked = self.asked.pop((window, number), None) if what == self.ping and kind == self.protocols else None
                if asked is not None:
                    self.answers[window].append(time.monotonic() - asked)
        except (EOFError, OSError):
            pass


def assert_lively(title, answers):
    late = [answer for answer in answers if answer > FROZEN]
    assert len(answers) > 50 and len(late) <= SHARE_HELD_UP * len(answers) and max(answers) < HELD_UP, \
        f"{title} took {max(answers):.2f} s to answer, {len(late)} of {len(answers)} times more than {FROZEN} s"
