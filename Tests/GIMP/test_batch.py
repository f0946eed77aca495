"""Painting from Script-Fu, without a display."""
import json
import os
import resource
import shutil
import subprocess

from gimp import HERE, IMAGES, ROOT, quoted
from pictures import Pixels

GALLERY = ROOT / "CShim" / "styles"


def test_a_photograph_is_painted_within_two_minutes(profile):
    result = profile.file("painted.png")
    began = work_of_children()
    log = profile.batch(f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(IMAGES / "rocket.jpg")} "rocket")))
             (source (active image))
             (layer (car (plug-in-impasto RUN-NONINTERACTIVE image source "cafe-terrace-at-night" -1
                                          50 100 FALSE 256 0))))
        (say "layers" (layer-names image))
        (say "bounds" (bounds layer))
        (say "same bounds" (equal? (bounds layer) (bounds source)))
        (say "settings" (caddr (car (gimp-item-get-parasite layer "impasto-settings"))))
        (save-pixels image source {quoted(profile.file("before.ppm"))})
        (save-pixels image layer {quoted(profile.file("after.ppm"))})
        (let ((style (car (gimp-file-load RUN-NONINTERACTIVE {quoted(GALLERY / "cafe-terrace-at-night.png")} "style"))))
          (save-pixels style (active style) {quoted(profile.file("style.ppm"))}))
        (gimp-file-save RUN-NONINTERACTIVE image layer {quoted(result)} "painted"))
    """)
    seconds = work_of_children() - began
    assert log["layers"].startswith("(Impasto: cafe-terrace-at-night "), log["layers"]
    assert log["same bounds"] == "#t"
    settings = json.loads(log["settings"])
    assert settings["style-file"] == "cafe-terrace-at-night" and settings["working-size"] == 256
    assert "executed successfully" in log.text and log.fine, log.text
    assert result.stat().st_size > 10_000
    before, after = Pixels(profile.file("before.ppm")), Pixels(profile.file("after.ppm"))
    assert before.difference(after) > 15 and after.deviation() > 20
    # A processor's seconds: by the clock it is half of them, if nothing else keeps the machine busy.
    assert seconds < 120, f"it took {seconds:.0f} s of a processor"
    left = style_left(profile.file("before.ppm"), profile.file("style.ppm"), profile.file("after.ppm"))
    assert left < 0.3, f"of the way from the photograph to the painting, {left:.2f} is left"


def work_of_children():
    """For how many seconds the processes that have ended have kept processors busy, theirs included."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def style_left(photograph, painting, painted):
    """What style_left.py says, by a Python that has PyTorch: the one of the weights' tests, or what TORCH names."""
    python = os.environ.get("TORCH", ROOT / ".venv" / "bin" / "python")
    assert shutil.which(python), f"{python} is not there: make it as install.sh test does, or name another one in TORCH"
    weights = ROOT / "weights" / "vgg19.safetensors"
    return float(subprocess.run([python, HERE / "style_left.py", weights, photograph, painting, painted], check=True,
                                capture_output=True, text=True).stdout)


def test_the_same_seed_paints_the_same_picture(profile):
    files = [profile.file(f"same-{number}.ppm") for number in range(2)]
    log = profile.run(*(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (layer (paint image (active image))))
        (save-pixels image layer {quoted(file)}))
    """ for file in files))
    assert log.fine, log.text
    assert files[0].read_bytes() == files[1].read_bytes()


def test_styles_come_from_files_and_layers(profile):
    style = profile.file("my style.v2.png")
    shutil.copy(IMAGES / "great-wave.png", style)
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image))
             (other (car (gimp-file-load RUN-NONINTERACTIVE {quoted(style)} "style"))))
        (gimp-item-set-name (active other) "Wave")
        (let ((by-file (paint-like image source {quoted(style)} -1))
              (by-layer (paint-like image source "" (active other)))
              (by-name (paint-like image source "great-wave" (active other))))
          (gimp-image-convert-indexed other 0 0 16 FALSE FALSE "")
          (let ((by-indexed (paint-like image source "" (active other))))
            (say "names" (layer-names image))
            (say "images" (car (gimp-image-list)))
            (save-pixels image by-file {quoted(profile.file("file.ppm"))})
            (save-pixels image by-layer {quoted(profile.file("layer.ppm"))})
            (save-pixels image by-name {quoted(profile.file("name.ppm"))})
            (save-pixels image by-indexed {quoted(profile.file("indexed.ppm"))}))))
    """)
    for name in ("Impasto: my style.v2 ", "Impasto: Wave ", "Impasto: great-wave ", "Impasto: Wave #1 "):
        assert name in log["names"], log["names"]
    assert log["images"] == "2", "the style's file was left open"
    by_file = Pixels(profile.file("file.ppm"))
    assert by_file.difference(Pixels(profile.file("layer.ppm"))) == 0
    assert by_file.difference(Pixels(profile.file("name.ppm"))) == 0
    assert by_file.difference(Pixels(profile.file("indexed.ppm"))) > 0


def test_every_kind_of_style_file_is_read(profile):
    """Some are read by GEGL, some by gdk-pixbuf, some by GIMP; those that are whole are not taken for damaged."""
    files = [IMAGES / "files" / name for name in
             ("progressive.jpg", "animation.webp", "planes.tif", "animation.gif")]
    for name in ("style.bmp", "style.xcf"):
        files.append(profile.file(name))
    log = profile.run(f"""
      (let* ((style (photograph {quoted(IMAGES / "great-wave.png")} 40 30 RGB PRECISION-U8-GAMMA)))
        (gimp-file-save RUN-NONINTERACTIVE style (active style) {quoted(files[-2])} "style")
        (gimp-file-save RUN-NONINTERACTIVE style (active style) {quoted(files[-1])} "style"))
    """, *(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 30 20 RGB PRECISION-U8-GAMMA)))
        (say "{file.name}" (bounds (paint-like image (active image) {quoted(file)} -1))))
    """ for file in files))
    for file in files:
        assert log[file.name] == "(0 0 30 20)", file
    assert log.fine, log.text


def test_settings_make_a_difference(profile):
    variants = {"plain": "50 100 FALSE", "weak": "0 100 FALSE", "large": "50 250 FALSE", "colours": "50 100 TRUE"}
    expressions = [f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 72 48 RGB PRECISION-U8-GAMMA))
             (source (active image))
             (layer (car (plug-in-impasto RUN-NONINTERACTIVE image source "great-wave" -1 {arguments} 72 0))))
        (save-pixels image layer {quoted(profile.file(name + ".ppm"))})
        (save-pixels image source {quoted(profile.file("source.ppm"))}))
    """ for name, arguments in variants.items()]
    assert profile.run(*expressions).fine
    source = Pixels(profile.file("source.ppm"))
    painted = {name: Pixels(profile.file(name + ".ppm")) for name in variants}
    assert painted["weak"].difference(source) < painted["plain"].difference(source)
    assert painted["large"].difference(painted["plain"]) > 3

    def color_distance(picture):
        return sum(abs(a - b) for a, b in zip(picture.means(), source.means()))

    assert color_distance(painted["colours"]) < color_distance(painted["plain"])


def test_batch_script_goes_on_after_a_bad_file(profile):
    folder, painted = profile.file("photos, one bad"), profile.file("paintings, one less")
    folder.mkdir()
    for name in ("a.jpg", "c.jpg"):
        shutil.copy(IMAGES / "rocket.jpg", folder / name)
    (folder / "b.jpg").write_text("This is no picture.")
    log = profile.batch(
        f'(impasto-batch {quoted(folder / "*.jpg")} "great-wave" {quoted(painted)} 50 100 FALSE 32 0)',
        f'(impasto-batch {quoted(folder / "*.png")} "great-wave" {quoted(painted)})',
        f'(impasto-batch {quoted(os.path.relpath(folder / "c*"))} "great-wave" {quoted(os.path.relpath(painted))} '
        '50 100 FALSE 32 0)')
    assert "painted 2, failed 1: b.jpg (" in log.text, log.text
    assert "no file is named like" in log.text
    assert "painted all 1 files" in log.text
    assert sorted(path.name for path in painted.iterdir()) == ["a.png", "c.png"]


def test_batch_script_gives_each_painting_a_name_of_its_own(profile):
    folder, painted = profile.file("alike"), profile.file("paintings of the alike")
    folder.mkdir()
    for name in ("a.jpg", "a.jpg.png", "a.png", "a.png.jpg", "a"):
        shutil.copy(IMAGES / ("rocket.jpg" if name.endswith("jpg") else "cat.png"), folder / name)
    log = profile.batch(f'(impasto-batch {quoted(folder / "*")} "great-wave" {quoted(painted)} 50 100 FALSE 16 0)')
    assert "painted all 5 files" in log.text and len(list(painted.iterdir())) == 5, log.text


def test_batch_script_paints_the_whole_of_a_file_with_a_selection(profile):
    folder, painted = profile.file("selected"), profile.file("paintings of the selected")
    folder.mkdir()
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA)))
        (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 20 10 15 12)
        (gimp-file-save RUN-NONINTERACTIVE image (active image) {quoted(folder / "a.xcf")} "a"))
    """, f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(folder / "a.xcf")} "a"))))
        (say "selection" (cdr (gimp-selection-bounds image))))
    """, f'(impasto-batch {quoted(folder / "*")} "great-wave" {quoted(painted)} 50 100 FALSE 32 0)', f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(painted / "a.png")} "a"))))
        (say "painted" (append (gimp-image-width image) (gimp-image-height image) (bounds (active image)))))
    """)
    assert log["selection"] == "(20 10 35 22)", "the file has no selection"
    assert log["painted"] == "(60 40 0 0 60 40)" and log.fine, log.text


def test_batch_script_goes_on_after_what_cannot_be_painted_or_saved(profile):
    folder, painted = profile.file("photos"), profile.file("paintings")
    folder.mkdir()
    painted.mkdir()
    subprocess.run(["convert", "-size", "64x48", "xc:none", folder / "a.png"], check=True)
    for name in ("b", "c", "e"):
        shutil.copy(IMAGES / "rocket.jpg", folder / f"{name}.jpg")
    # Its painting is larger than a file may be here, as on a disk that gets full.
    subprocess.run(["convert", "-size", "1600x1200", "xc:gray", "+noise", "Random", "-depth", "8", folder / "d.png"],
                   check=True)
    (painted / "c.png").mkdir()
    shutil.copy(IMAGES / "cat.png", painted / "d.png")
    log = profile.batch(
        f'(impasto-batch {quoted(folder / "*")} "great-wave" {quoted(painted)} 0 100 FALSE 32 0)', largest=1 << 20)
    assert "painted 2, failed 3: a.png (" in log.text, log.text
    assert all(f"; {name} (" in log.text for name in ("c.jpg", "d.png")), log.text
    # Nothing half written is left.
    assert sorted(path.name for path in painted.iterdir()) == ["b.png", "c.png", "e.png"]
    assert (painted / "c.png").is_dir()


def test_batch_script_never_paints_over_a_photograph(profile):
    photos = profile.file("pictures")
    photos.mkdir()
    shutil.copy(IMAGES / "cat.png", photos / "a.png")
    shutil.copy(IMAGES / "rocket.jpg", photos / "b.jpg")
    link = profile.file("link")
    link.symlink_to(photos)
    deep = profile.file("not") / "yet" / "there"
    before = {path.name: path.read_bytes() for path in photos.iterdir()}

    def call(pattern, folder):
        return f'(impasto-batch {quoted(photos / pattern)} "great-wave" {quoted(folder)} 50 100 FALSE 32 0)'

    # The folder of the photographs itself, by all its names.
    log = profile.batch(*(call("a*", folder) for folder in
                          (photos, f"{photos}/", link, profile.file("..") / profile.folder.name / "pictures")),
                        call("*", deep), call("*", photos))
    said = "its painting would be written over a photograph"
    assert log.text.count(f"painted 0, failed 1: a.png ({said}") == 4, log.text
    assert "painted all 2 files" in log.text
    assert f"painted 1, failed 1: a.png ({said}" in log.text
    assert {name: (photos / name).read_bytes() for name in before} == before
    assert sorted(path.name for path in photos.iterdir()) == ["a.png", "b.jpg", "b.png"]
    assert sorted(path.name for path in deep.iterdir()) == ["a.png", "b.png"]


def test_gallery_script_paints_every_style(profile):
    log = profile.run(f"""
      (let ((image (photograph {quoted(IMAGES / "cat.png")} 48 32 RGB PRECISION-U8-GAMMA)))
        (impasto-try-gallery image (active image) 32)
        (say "names" (layer-names image)))
    """)
    styles = [path.stem for path in (profile.plugin / "styles").glob("*.png")]
    assert len(styles) >= 9 and all(f"Impasto: {style}" in log["names"] for style in styles)
