"""What happens over time: a plug-in that is killed, and many paintings in one GIMP."""
import os
import re
import signal
import threading

from gimp import IMAGES, Log, quoted
from pictures import Pixels
from server import PATIENCE, until

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def resident(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * PAGE


def worked(pid):
    """For how many seconds a process has kept processors busy."""
    with open(f"/proc/{pid}/stat") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def test_killed_in_the_middle_leaves_a_valid_image(profile):
    kept = profile.file("killed.xcf")
    gimp = profile.start(f"""
      (begin
        (set! image (photograph {quoted(IMAGES / "cat.png")} 451 300 RGB PRECISION-U8-GAMMA))
        (set! source (active image))
        (save-pixels image source {quoted(profile.file("source.ppm"))})
        (say "painting" "now")
        (plug-in-impasto RUN-NONINTERACTIVE image source "great-wave" -1 100 100 FALSE 448 0))
    """, f"""
      (begin
        (set! image (first-image))
        (say "names" (layer-names image))
        (save-pixels image (active image) {quoted(profile.file("partial.ppm"))})
        (say "valid" (car (gimp-image-is-valid image)))
        (gimp-file-save RUN-NONINTERACTIVE image (active image) {quoted(kept)} "killed")
        (say "again" (bounds (paint image (active image)))))
    """)
    text = ""
    for line in gimp.stdout:
        text += line
        if "painting = now" in line:
            break
    victim = until(profile.processes, "the plug-in")[0]
    # A fifth of its work or so: by then it has shown something, however slow or busy the machine is.
    until(lambda: worked(victim) > 10, "the painting to get on")
    os.kill(victim, signal.SIGKILL)
    text += gimp.communicate(timeout=PATIENCE)[0]
    log = Log(text)
    assert "Impasto: great-wave" in log["names"], log.text
    assert log["valid"] == "1" and log["again"] == "(0 0 451 300)"
    assert kept.stat().st_size > 10_000
    assert "inconsistent" not in log.text and "CRITICAL" not in log.text, log.text
    difference = Pixels(profile.file("partial.ppm")).difference(Pixels(profile.file("source.ppm")))
    assert difference > 2, "the layer did not grow before it was killed"


class Peaks:
    """The most memory that each process of the plug-in had, in order, from the beginning of a `with` to its end."""

    def __init__(self, profile):
        self.profile = profile
        self.of = {}
        self.over = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def watch(self):
        while not self.over.wait(0.02):
            for pid in self.profile.processes():
                try:
                    with open(f"/proc/{pid}/status") as file:
                        peak = re.search(r"VmHWM:\s+(\d+) kB", file.read())
                except OSError:
                    continue
                if peak:
                    self.of[pid] = int(peak[1]) << 10


def test_twenty_paintings_take_no_more_memory_than_five(profile):
    painting = f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 300 200 RGB PRECISION-U8-GAMMA))
             (layer (paint image (active image))))
        (gimp-image-delete image)
        (say "painted" "one"))
    """
    gimp = profile.start(*[painting] * 20)
    sizes, text = [], ""
    with Peaks(profile) as peaks:
        for line in gimp.stdout:
            text += line
            if "painted = one" in line:
                sizes.append(resident(gimp.pid))
        gimp.wait(timeout=PATIENCE)
    assert len(sizes) == 20, text
    assert sizes[-1] - sizes[4] < 16 << 20, [size >> 20 for size in sizes]
    # A painting is a process of its own; none needs more than the first ones did.
    painted = [peak for peak in peaks.of.values() if peak > 100 << 20]
    assert len(painted) == 20, [peak >> 20 for peak in peaks.of.values()]
    assert max(painted[5:]) - max(painted[:5]) < 32 << 20, [peak >> 20 for peak in painted]
    assert not profile.processes(), "a plug-in was left running"
    assert not re.search("CRITICAL|crashed", text)
