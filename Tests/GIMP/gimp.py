"""GIMP in a profile of its own, without a display: expressions in, what they said and what went wrong out."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from server import PATIENCE, Server, end, until

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
IMAGES = ROOT / "Tests" / "Images"

GIMPRC = """\
(color-profile-policy keep)
(theme "System")
(icon-theme "Symbolic")
(undo-levels 50)
(check-updates no)
(show-tooltips no)
(save-document-history no)
(default-image (width 64) (height 64))
"""

# A cursor that blinks is a picture that never comes to rest.
GTKRC = "gtk-cursor-blink = 0\n"

# What one expression leaves behind is not to be the next test's: its images, and the colours it painted with.
TIDY_UP = "(begin (for-each gimp-image-delete (images)) (gimp-context-set-defaults))"


class Log:
    """What GIMP wrote. `said` holds what the tests' own (say "name" value) reported; the rest is for looking into."""

    def __init__(self, text):
        self.text = text
        self.said = {}
        for name, value in re.findall(r"-Warning: ([^=\n]+) = (.*)", text):
            self.said[name] = value

    def __getitem__(self, name):
        assert name in self.said, f"GIMP did not get as far as saying '{name}':\n{self.text}"
        return self.said[name]

    def numbers(self, name):
        return [float(word) for word in self[name].strip("()").split()]

    @property
    def fine(self):
        """Healthy, and everything was done that was asked for."""
        return self.healthy and "execution error" not in self.text

    @property
    def healthy(self):
        """No crash, and no undo step left open."""
        return not any(word in self.text for word in ("crashed", "inconsistent state", "CRITICAL"))


class Profile:
    """A GIMP user folder with the plug-in in it, room for files beside it, and a GIMP that waits for expressions."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="impasto-gimp-"))
        self.gimp = self.folder / "gimp"
        self.plugin = self.gimp / "plug-ins" / "impasto"
        self.waiting = None
        for name in ("brushes", "gradients", "palettes", "patterns", "fonts", "dynamics", "tool-presets"):
            (self.gimp / name).mkdir(parents=True)
        (self.gimp / "gimprc").write_text(GIMPRC)
        self.file("gtkrc").write_text(GTKRC)
        subprocess.run(
            ["make", "-s", "-C", str(ROOT / "CShim"), "install", f"GIMP2_DIRECTORY={self.gimp}"], check=True)
        shutil.copy(HERE / "prelude.scm", self.gimp / "scripts" / "impasto-test-prelude.scm")
        return self

    def __exit__(self, *_):
        self.dismiss()
        shutil.rmtree(self.folder, ignore_errors=True)

    def file(self, name):
        return self.folder / name

    def environment(self, **more):
        """What GIMP is started with: nothing of the user's, neither language nor settings nor files used lately."""
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("DISPLAY", "WAYLAND_DISPLAY", "LANGUAGE", "LC_ALL", "LC_MESSAGES")}
        environment.update(GIMP2_DIRECTORY=str(self.gimp), LANG="C.UTF-8", GTK2_RC_FILES=str(self.file("gtkrc")),
                           XDG_CONFIG_HOME=str(self.file("config")), XDG_DATA_HOME=str(self.file("share")))
        environment.update(more)
        return environment

    def start(self, *expressions, output=subprocess.PIPE, addresses=None, largest=None, **environment):
        """GIMP, running the expressions one after the other; the last one ends it, whatever became of them. It and its
        plug-ins may have so many bytes of addresses each, and write files that are so large."""
        arguments = [argument for expression in expressions for argument in ("-b", expression)]
        limits = [f"--as={addresses}"] * bool(addresses) + [f"--fsize={largest}"] * bool(largest)
        limited = ["prlimit", *limits] if limits else []
        return subprocess.Popen(
            [*limited, "gimp", "-i", "-d", "-f", "-c", *arguments, "-b", "(gimp-quit 1)"], env=self.environment(**environment),
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True, errors="replace")

    def batch(self, *expressions, **how):
        """Runs the expressions in a GIMP of their own, as a user's batch line does."""
        process = self.start(*expressions, **how)
        try:
            text, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            text, _ = process.communicate()
            raise AssertionError(f"GIMP did not end:\n{text}") from None
        return Log(text)

    def run(self, *expressions):
        """Runs the expressions in the GIMP that waits for them, which begins without images."""
        if self.waiting is None:
            self.waiting = Waiting(self)
        try:
            return self.waiting.run(*expressions)
        except BaseException:
            self.dismiss()
            raise

    def dismiss(self):
        if self.waiting is not None:
            self.waiting.end()
        self.waiting = None

    def processes(self):
        """The plug-in's processes that run now."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if os.readlink(entry / "exe") == str(self.plugin / "impasto"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


class Waiting:
    """A GIMP that has been started already."""

    def __init__(self, profile):
        self.log = profile.file("waiting.log")
        self.server = Server()
        with open(self.log, "w") as output:
            self.process = profile.start(self.server.expression, output=output)
        until(self.server.answers, "GIMP to be ready", patience=120)

    def run(self, *expressions):
        self.server.evaluate(TIDY_UP)
        begin = self.log.stat().st_size
        text = ""
        for expression in expressions:
            done, value = self.server.evaluate(expression)
            written = self.log.read_bytes()[begin:]
            begin += len(written)
            text += written.decode(errors="replace")
            if not done:
                text += f"batch command experienced an execution error:\n{value}\n"
            assert self.process.poll() is None, f"GIMP ended:\n{text}"
        return Log(text)

    def end(self):
        end(self.process)


def quoted(value):
    """A string of Scheme."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
