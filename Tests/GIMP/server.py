"""GIMP's Script-Fu server: expressions in, their values out."""
import os
import pathlib
import signal
import socket
import struct
import time

# Longer than any of these paintings takes on a slow and busy machine; a test that hangs ends all the same.
PATIENCE = 600


def until(condition, what, patience=PATIENCE, pause=0.1):
    """Waits until the condition gives something, and gives that."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(pause)
    raise AssertionError(f"waited in vain for {what}")


def end(gimp):
    """Ends GIMP at once, and its Script-Fu server, which would not notice."""
    children = pathlib.Path(f"/proc/{gimp.pid}/task/{gimp.pid}/children")
    plugins = children.read_text().split() if gimp.poll() is None else []
    gimp.kill()
    for plugin in plugins:
        try:
            os.kill(int(plugin), signal.SIGKILL)
        except ProcessLookupError:
            pass
    gimp.wait()


class Server:
    """The server of a GIMP that is, or will be, started with `expression`."""

    def __init__(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.expression = f'(plug-in-script-fu-server RUN-NONINTERACTIVE "127.0.0.1" {self.port} "/dev/null")'

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            return True
        except OSError:
            return False

    def evaluate(self, expression, patience=PATIENCE):
        """Whether the expression could be evaluated, and its value, as Scheme writes it, or what was wrong with it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as connection:
            code = expression.encode()
            connection.sendall(b"G" + struct.pack(">H", len(code)) + code)
            stream = connection.makefile("rb")
            _, failed, size = struct.unpack(">cBH", stream.read(4))
            return not failed, stream.read(size).decode(errors="replace").strip()
