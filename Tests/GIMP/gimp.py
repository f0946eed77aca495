"""GIMP in a profile of its own, without a display: expressions in, what they said and what went wrong out."""
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
IMAGES = ROOT / "Tests" / "Images"

# Long enough for any of these paintings on a slow and busy machine; a test that hangs ends all the same.
PATIENCE = 1200

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


class Log:
    """What GIMP wrote. `said` holds what the tests' own (say "name" value) reported; the rest is for looking into."""

    def __init__(self, text):
        self.text = text
        self.said = {}
        for line in text.splitlines():
            if ": " in line and line.startswith("script-fu-Warning: "):
                name, _, value = line[len("script-fu-Warning: "):].partition(" = ")
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
    """A GIMP user folder with the plug-in in it, and room for files beside it."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="impasto-gimp-"))
        self.gimp = self.folder / "gimp"
        self.plugin = self.gimp / "plug-ins" / "impasto"
        for name in ("brushes", "gradients", "palettes", "patterns", "fonts", "dynamics", "tool-presets"):
            (self.gimp / name).mkdir(parents=True)
        (self.gimp / "gimprc").write_text(GIMPRC)
        subprocess.run(
            ["make", "-s", "-C", str(ROOT / "CShim"), "install", f"GIMP2_DIRECTORY={self.gimp}"], check=True)
        shutil.copy(HERE / "prelude.scm", self.gimp / "scripts" / "impasto-test-prelude.scm")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def file(self, name):
        return self.folder / name

    def environment(self, **more):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("DISPLAY", "WAYLAND_DISPLAY", "LANGUAGE", "LC_ALL", "LC_MESSAGES")}
        environment.update(GIMP2_DIRECTORY=str(self.gimp), LANG="C.UTF-8", **more)
        return environment

    def start(self, *expressions, **environment):
        """GIMP, running the expressions one after the other; the last one ends it, whatever became of them."""
        arguments = [argument for expression in expressions for argument in ("-b", expression)]
        return subprocess.Popen(
            ["gimp", "-i", "-d", "-f", "-c", *arguments, "-b", "(gimp-quit 1)"], env=self.environment(**environment),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")

    def batch(self, *expressions, **environment):
        process = self.start(*expressions, **environment)
        try:
            text, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            text, _ = process.communicate()
            raise AssertionError(f"GIMP did not end:\n{text}") from None
        return Log(text)

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


def quoted(value):
    """A string of Scheme."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
