"""GIMP on a screen of its own (Xvfb), used through its windows (xdotool), and asked what became of the image.

Nothing here sleeps for a time that ought to be enough: what is done next waits for what can be seen.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from server import Server, end, until

SIZE = (1280, 960)

# For what answers a key or a click, on a machine that paints at the same time.
PROMPT = 60

# A screen that moves all the while, as a canvas with a growing layer does, is not waited for any longer.
RESTLESS = 3


class Screen:
    """GIMP with one image open."""

    def __init__(self, profile, file, **environment):
        self.profile = profile
        self.file = file
        self.more = environment

    def __enter__(self):
        # The other GIMP is not to be there when it is asked whether the plug-in runs.
        self.profile.dismiss()
        reading, writing = os.pipe()
        self.display = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp",
             "-fbdir", str(self.profile.folder)],
            pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as answer:
            display = answer.readline().strip()
        self.environment = self.profile.environment(**self.more)
        self.environment["DISPLAY"] = f":{display}"
        # What a GIMP before this one left behind would be asked about.
        shutil.rmtree(self.profile.gimp / "backups", ignore_errors=True)
        self.server = Server()
        self.log_path = self.profile.file("gimp.log")
        with open(self.log_path, "w") as log:
            self.gimp = subprocess.Popen(
                ["gimp", "-s", "-n", "-d", "-f", str(self.file), "-b", self.server.expression], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            until(lambda: self.server.answers() and self.find("GIMP$"), "GIMP's window")
            until(lambda: self.ask("(car (gimp-image-list))") == "1", "the image")
            self.settle()
        except BaseException as error:
            self.__exit__(type(error))
            raise
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.describe()
        end(self.gimp)
        for pid in self.profile.processes():
            os.kill(pid, 9)
        self.display.terminate()
        self.display.wait()

    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    def describe(self):
        """Says how things stood when a test failed."""
        print(self.log())
        try:
            folder = pathlib.Path(os.environ.get("SCREENSHOTS") or tempfile.mkdtemp(prefix="impasto-gimp-failure-"))
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["convert", str(self.shoot("failure")), str(folder / "failure.png")], check=True)
            print(f"The screen at the end: {folder / 'failure.png'}")
            for window in self.xdotool("search", "--onlyvisible", "--name", "."):
                geometry = self.xdotool("getwindowgeometry", window)[2:]
                print("A window:", *self.xdotool("getwindowname", window), *geometry)
            print("The plug-in's processes:", self.profile.processes())
            print("The layers:", self.layers())
        except (OSError, subprocess.SubprocessError, AssertionError) as error:
            print(f"And GIMP could not be asked any more: {error}")

    # What GIMP says.

    def ask(self, expression):
        """The value of an expression, as Scheme writes it."""
        done, text = self.server.evaluate(expression)
        assert done, text
        return text

    def layers(self):
        """The names of the layers of the one image, from the top; not of one that goes while they are asked for."""
        text = self.ask('(begin (display (unbreakupstr (map layer-name '
                        '(vector->list (cadr (gimp-image-get-layers (first-image))))) "|")) (newline))')
        return [name for name in text.removesuffix("#t").strip().split("|") if name]

    # What its user does.

    def xdotool(self, *words, check=True):
        return subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=check, capture_output=True,
                              text=True).stdout.split()

    def find(self, title):
        """The newest window of that title, or None."""
        found = self.xdotool("search", "--onlyvisible", "--name", title, check=False)
        return found[-1] if found else None

    def window(self, title):
        """The window, once it is there and drawn."""
        found = until(lambda: self.find(title), f"a window called {title}", patience=PROMPT)
        self.settle()
        return found

    def gone(self, title):
        until(lambda: not self.find(title), f"the end of {title}")

    def settle(self):
        """Waits until the screen shows the same twice in a row."""
        deadline = time.monotonic() + RESTLESS
        shown = None
        while time.monotonic() < deadline:
            before, shown = shown, self.frame()
            if shown == before:
                return
            time.sleep(0.1)

    def focus(self, title):
        window = until(lambda: self.find(title), f"a window called {title}", patience=PROMPT)
        self.xdotool("windowraise", window, "windowfocus", window)
        until(lambda: self.xdotool("getwindowfocus", "-f") == [window], f"{title} to have the keyboard", PROMPT)
        return window

    def keys(self, title, *keys):
        """Presses keys in a window, each once the screen shows what came of the one before."""
        self.focus(title)
        for key in keys:
            self.xdotool("key", key)
            self.settle()

    def type(self, text):
        """Types into what has the keyboard."""
        self.xdotool("type", "--delay", "40", text)
        self.settle()

    def click(self, title, x, y):
        """Clicks into a window, at a place counted from its corner."""
        window = self.focus(title)
        self.xdotool("mousemove", "--window", window, x, y, "click", "1")
        self.settle()

    def position(self, title):
        """Where a window is and how large: x, y, width, height; nothing if it is not there."""
        window = self.find(title)
        lines = self.xdotool("getwindowgeometry", "--shell", window, check=False) if window else []
        values = dict(line.split("=") for line in lines)
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")) if values else None

    def move(self, title, x, y):
        self.xdotool("windowmove", "--sync", self.window(title), x, y)
        self.settle()

    def frame(self):
        """What the screen shows, blue, green, red and a byte of no meaning for each pixel: the end of the file that the
        X server keeps the screen in."""
        return self.profile.file("Xvfb_screen0").read_bytes()[-4 * SIZE[0] * SIZE[1]:]

    def shoot(self, name):
        """A picture of the screen, as plain pixels; kept as PNG where SCREENSHOTS says."""
        path, frame, colors = self.profile.file(f"{name}.ppm"), self.frame(), bytearray(3 * SIZE[0] * SIZE[1])
        for channel in range(3):
            colors[channel::3] = frame[2 - channel::4]
        path.write_bytes(b"P6 %d %d 255\n" % SIZE + colors)
        folder = os.environ.get("SCREENSHOTS")
        if folder and name != "settling":
            os.makedirs(folder, exist_ok=True)
            subprocess.run(["convert", str(path), str(pathlib.Path(folder) / f"{name}.png")], check=True)
        return path
