"""What comes from strangers, and machines that are unlike the one this was written on."""
import json
import os
import re
import shutil
import subprocess

from gimp import IMAGES, ROOT, Log, quoted
from pictures import Pixels

CAT = quoted(IMAGES / "cat.png")
SMALL = f"(photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA)"
HUGE_CURVE = ROOT / "Tests" / "Corpus" / "pictures" / "profile-of-a-huge-curve.png"
# Where everybody may write, and nothing of a user's is to be read.
PUBLIC = ("/tmp/", "/var/tmp/", "/dev/shm/")


def replay(settings):
    """Paints by settings that came with a file: `settings` is an expression of Scheme."""
    return f"""
      (let* ((image {SMALL}) (layer (active image))
             (stranger (car (gimp-layer-new-from-drawable layer image))))
        (gimp-image-insert-layer image stranger 0 -1)
        (gimp-item-attach-parasite stranger (list "impasto-settings" 1 {settings}))
        (plug-in-impasto-replay RUN-NONINTERACTIVE image layer stranger))
    """


def test_settings_of_strangers_are_refused(profile):
    cases = {
        '"This is no JSON."': "cannot be read", '"[]"': "cannot be read", '"{"': "cannot be read",
        '(make-string 400000 #\\[)': "cannot be read",
        '(string-append "{\\"a\\":" (make-string 400000 #\\[) "}")': "cannot be read",
        '"{}"': "no longer there",
        quoted('{"style-file":"great-wave","strength":1e999}'): "strength is inf",
        quoted('{"style-file":"great-wave","working-size":-1e30}'): "working-size is -2147483648",
        quoted('{"style-file":"../../../../etc/passwd"}'): "cannot be opened as an image",
        quoted('{"style-file":"great-wave","recipe":"$(touch /tmp/x)"}'): "there is no recipe",
        quoted('{"style-file":"","style-layer":{"name":7,"tattoo":"x","item":1e300}}'): "cannot be read",
    }
    for settings, words in cases.items():
        log = profile.run(replay(settings))
        assert "execution error" in log.text and words.lower() in log.text.lower(), f"{settings}:\n{log.text[:2000]}"
        assert log.healthy, f"{settings}:\n{log.text[:2000]}"


def test_a_style_with_a_profile_that_was_made_for_harm(profile):
    style = profile.file("harm.png")
    shutil.copy(HUGE_CURVE, style)
    log = profile.run(f'(let* ((image {SMALL})) (paint-like image (active image) {quoted(style)} -1) (say "painted" 1))')
    assert log["painted"] == "1" and log.healthy, log.text


def test_numbers_have_points_where_the_language_has_commas(profile):
    locales = profile.file("locales")
    locales.mkdir()
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", locales / "de_DE.UTF-8"], capture_output=True)
    german = {"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "en", "LOCPATH": str(locales)}
    # Babl takes the fastest of its conversions, by the clock, and they differ in the last digits, unless it is to be exact.
    exact = {"BABL_TOLERANCE": "0", "BABL_INHIBIT_CACHE": "1"}
    comma = subprocess.run(["/usr/bin/printf", "%.1f", "1,5"], env=os.environ | german, capture_output=True, text=True)
    assert comma.stdout == "1,5", comma
    log = profile.batch(f"""
      (let* ((image {SMALL}) (source (active image))
             (layer (car (plug-in-impasto RUN-NONINTERACTIVE image source "great-wave" -1 62.5 112.5 FALSE 32 0)))
             (again (car (plug-in-impasto-replay RUN-NONINTERACTIVE image source layer))))
        (say "settings" (caddr (car (gimp-item-get-parasite again "impasto-settings"))))
        (save-pixels image layer {quoted(profile.file("german.ppm"))})
        (save-pixels image again {quoted(profile.file("german again.ppm"))})
        (plug-in-impasto RUN-NONINTERACTIVE image source "great-wave" -1 50.5 10.5 FALSE 32 0))
    """, **german, **exact)
    settings = json.loads(log["settings"])
    assert (settings["strength"], settings["brush-size"]) == (62.5, 112.5), settings
    german_files = [Pixels(profile.file(name)) for name in ("german.ppm", "german again.ppm")]
    assert german_files[0].difference(german_files[1]) == 0
    assert "10.5" in log.text or "10,5" in log.text, log.text
    log = profile.batch(f"""
      (let* ((image {SMALL}))
        (save-pixels image (car (plug-in-impasto RUN-NONINTERACTIVE image (active image) "great-wave" -1 62.5 112.5
                                                 FALSE 32 0)) {quoted(profile.file("english.ppm"))}))
    """, **exact)
    assert Pixels(profile.file("english.ppm")).difference(german_files[0]) == 0, log.text


def test_every_path_may_hold_anything(profile):
    name = "it's \"a\" – 絵 $(touch x);`touch x` %s"
    folder, painted = profile.file(f"photos {name}"), profile.file(f"painted {name}")
    folder.mkdir()
    for stem in ("a", name):
        shutil.copy(IMAGES / "great-wave.png", folder / f"{stem}.png")
    log = profile.run(
        f'(impasto-batch {quoted(folder / "*.png")} {quoted(folder / f"{name}.png")} {quoted(painted)} '
        '50 100 FALSE 16 0)')
    assert "painted all 2 files" in log.text, log.text
    assert sorted(path.name for path in painted.iterdir()) == sorted(["a.png", f"{name}.png"])
    assert not list(profile.folder.rglob("x"))


def test_style_files_whose_names_are_of_another_encoding(profile):
    """As a dialog may choose them; here by the settings it keeps, which name them in JSON all the same."""
    path = os.fsencode(profile.folder) + b"/stra\xdfe.png"
    shutil.copy(IMAGES / "great-wave.png", path)
    uri = f"file://{profile.folder}/stra%DFe.png"
    log = profile.run(replay(quoted('{"style-file":"' + uri + '"}')), f"""
      (say "kept" (caddr (car (gimp-item-get-parasite (active (first-image)) "impasto-settings"))))
    """)
    assert json.loads(log["kept"])["style-file"] == uri and log.fine, log.text


def test_a_home_that_cannot_be_written_to(profile):
    log = profile.batch(f'(let* ((image {SMALL})) (say "size" (bounds (paint image (active image)))))', HOME="/proc",
                        XDG_CACHE_HOME="/proc/cache", XDG_DATA_HOME="/proc/share", XDG_CONFIG_HOME="/proc/config")
    assert log["size"] == "(0 0 60 40)", log.text


def test_nothing_is_taken_from_where_gimp_was_started(profile):
    folder, trace = profile.file("traps"), profile.file("trace")
    folder.mkdir()
    for name in ("libImpasto.so", "libopenblas.so.0", "libgegl-0.4.so.0", "vgg19.safetensors", "great-wave.png", "styles",
                 "locale", "sh", "gdb"):
        (folder / name).write_text("a trap")
    shutil.copy(IMAGES / "great-wave.png", profile.file("style.png"))
    expression = f"""
      (let* ((image {SMALL}))
        (paint image (active image))
        (say "painted" (bounds (paint-like image (active image) {quoted(profile.file("style.png"))} -1))))
    """
    gimp = subprocess.run(
        ["strace", "-ff", "-qq", "-s", "4096", "-e", "trace=%file,%network", "-o", trace, "gimp", "-i", "-d", "-f", "-c",
         "-b", expression, "-b", "(gimp-quit 1)"], cwd=folder, env=profile.environment(), stdin=subprocess.DEVNULL,
        capture_output=True, text=True)
    log = Log(gimp.stdout + gimp.stderr)
    assert log["painted"] == "(0 0 60 40)", log.text
    plugins = [text for text in (path.read_text() for path in profile.folder.glob("trace.*"))
               if f'execve("{profile.plugin}/impasto"' in text or f'"{profile.plugin}/libImpasto.so"' in text]
    assert plugins, "strace did not see the plug-in"
    for text in plugins:
        assert len(re.findall(r"^execve\(.* = 0$", text, re.MULTILINE)) <= 1
        assert not re.search(r"^(socket|connect)\((?!.*AF_UNIX)", text, re.MULTILINE)
        for path, result in re.findall(r'^open(?:at)?\((?:AT_FDCWD, )?"([^"]*)".* = (-?\d+)', text, re.MULTILINE):
            opened = int(result) >= 0
            assert path.startswith("/") or not opened, f"{path} was opened in the current folder"
            assert not path.startswith(f"{folder}/"), path
            assert not path.startswith(PUBLIC) or path.startswith((f"{profile.folder}/", f"{ROOT}/")), path
