"""GIMP on a screen of its own (Xvfb), used through its windows (xdotool), and asked what became of the image."""
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import time

SIZE = (1280, 960)

# For anything that is waited for on the screen, a small painting included.
PATIENCE = 300


def until(condition, what, patience=PATIENCE, pause=0.2):
    """Waits until the condition gives something, and gives that."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(pause)
    raise AssertionError(f"waited in vain for {what}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Screen:
    """GIMP with one image open."""

    def __init__(self, profile, file, **environment):
        self.profile = profile
        self.file = file
        self.more = environment
        self.shots = 0

    def __enter__(self):
        reading, writing = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],
            pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as answer:
            display = answer.readline().strip()
        self.environment = self.profile.environment(**self.more)
        self.environment["DISPLAY"] = f":{display}"
        # What a GIMP before this one left behind would be asked about.
        shutil.rmtree(self.profile.gimp / "backups", ignore_errors=True)
        self.port = free_port()
        self.log_path = self.profile.file("gimp.log")
        with open(self.log_path, "w") as log:
            self.gimp = subprocess.Popen(
                ["gimp", "-s", "-n", str(self.file), "-b",
                 f'(plug-in-script-fu-server RUN-NONINTERACTIVE "127.0.0.1" {self.port} "/dev/null")'],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            until(lambda: self.answers() and self.find("GIMP$"), "GIMP's window")
            until(lambda: self.ask("(car (gimp-image-list))") == "1", "the image")
            time.sleep(1)
        except BaseException:
            self.__exit__(AssertionError)
            raise
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.shoot("failure")
            print(self.log())
        self.gimp.kill()
        self.gimp.wait()
        for pid in self.profile.processes():
            os.kill(pid, 9)
        self.server.terminate()
        self.server.wait()

    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    # What GIMP says.

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            return True
        except OSError:
            return False

    def ask(self, expression):
        """The value of an expression, as Scheme writes it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            code = expression.encode()
            connection.sendall(b"G" + struct.pack(">H", len(code)) + code)
            stream = connection.makefile("rb")
            _, failed, size = struct.unpack(">cBH", stream.read(4))
            text = stream.read(size).decode(errors="replace").strip()
        assert not failed, text
        return text

    def layers(self):
        """The names of the layers of the one image, from the top."""
        text = self.ask('(begin (display (unbreakupstr (map (lambda (layer) (car (gimp-item-get-name layer))) '
                        '(vector->list (cadr (gimp-image-get-layers (first-image))))) "|")) (newline))')
        return text.removesuffix("#t").strip().split("|")

    # What its user does.

    def xdotool(self, *words, check=True):
        return subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=check, capture_output=True,
                              text=True).stdout.split()

    def find(self, title):
        """The newest window of that title, or None."""
        found = self.xdotool("search", "--onlyvisible", "--name", title, check=False)
        return found[-1] if found else None

    def window(self, title):
        return until(lambda: self.find(title), f"a window called {title}")

    def gone(self, title):
        until(lambda: not self.find(title), f"the end of {title}")

    def focus(self, title):
        window = self.window(title)
        self.xdotool("windowraise", window, "windowfocus", window)
        time.sleep(0.3)
        return window

    def keys(self, title, *keys):
        """Presses keys in a window, one after the other."""
        self.focus(title)
        for key in keys:
            self.xdotool("key", key)
            time.sleep(0.5)

    def click(self, title, x, y):
        """Clicks into a window, at a place counted from its corner."""
        window = self.focus(title)
        self.xdotool("mousemove", "--window", window, x, y, "click", "1")
        time.sleep(0.5)

    def position(self, title):
        """Where a window is and how large: x, y, width, height."""
        lines = self.xdotool("getwindowgeometry", "--shell", self.window(title))
        values = dict(line.split("=") for line in lines)
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))

    def move(self, title, x, y):
        self.xdotool("windowmove", self.window(title), x, y)
        time.sleep(0.3)

    def shoot(self, name):
        """A picture of the screen, as plain pixels; kept as PNG where SCREENSHOTS says."""
        path = self.profile.file(f"{name}.ppm")
        subprocess.run(["import", "-silent", "-window", "root", "-depth", "8", f"ppm:{path}"], env=self.environment,
                       check=True)
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            os.makedirs(folder, exist_ok=True)
            subprocess.run(["convert", str(path), str(pathlib.Path(folder) / f"{name}.png")], check=True)
        return path
