"""Everything that cannot be painted is refused with a sentence that says what and why, and leaves no trace."""
import glob
import shutil

from gimp import IMAGES, quoted
from pictures import write_large_png


def call(layer="(active image)", style='"great-wave"', style_layer=-1, strength=50, brush=100, keep="FALSE", size=32):
    """A call that would paint, but for what the test changes."""
    return (f"(plug-in-impasto RUN-NONINTERACTIVE image {layer} {style} {style_layer} {strength} {brush} {keep} {size} "
            "0)")


def refuse(profile, cases):
    """Each case is what to do to the image before, the call, and what its message must say."""
    expressions = []
    for number, (before, expression, _) in enumerate(cases):
        expressions += [f"""
          (begin
            (set! image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
            {before}
            (say "case" "{number}")
            {expression})
        """, f"""
          (begin
            (say "layers {number}" (car (gimp-image-get-layers (first-image))))
            (for-each gimp-image-delete (images)))
        """]
    log = profile.run(*expressions)
    parts = log.text.split("-Warning: case = ")[1:]
    assert len(parts) == len(cases), log.text
    for number, (part, (before, expression, words)) in enumerate(zip(parts, cases)):
        said = part.split("-Warning: layers")[0]
        assert "batch command experienced an execution error" in said, f"{expression} was not refused:\n{said}"
        for word in words if isinstance(words, tuple) else (words,):
            assert word in said, f"'{word}' is not in:\n{said}"
        expected = "2" if "insert-layer" in before else "1"
        assert log[f"layers {number}"] == expected, f"{expression} left a layer behind"
    assert log.healthy, log.text


def test_arguments_out_of_range(profile):
    refuse(profile, [
        ("", call(strength="200"), ("strength is 200", "from 0 to 100")),
        ("", call(strength="-0.5"), "strength is -0.5"),
        ("", call(brush="10"), ("brush-size is 10", "from 25 to 400")),
        ("", call(size="-1"), "working-size is -1"),
        ("", call(size="8"), "working-size is 8"),
        ("", call(size="100000"), "working-size is 100000"),
        ("", call(keep="7"), "keep-colors"),
    ])


def test_settings_on_a_layer_that_are_none(profile):
    kept = ("[1]", '{"style-file": "great-wave"', '{"style-file": {}}',
            '{"style-file": "great-wave", "strength": "abc"}', '{"style-file": "great-wave", "keep-colors": "x"}',
            '{"style-layer": {"item": "x", "name": 3, "tattoo": null}}')
    cases = [(f"(gimp-item-attach-parasite (active image) (list \"impasto-settings\" 1 {quoted(json)}))",
              "(plug-in-impasto-replay RUN-NONINTERACTIVE image (active image) (active image))", "cannot be read")
             for json in kept]
    for json, words in (('{"style-file": "great-wave", "strength": 1e400}', "strength is"),
                        ('{"style-layer": {"item": -1, "name": "x", "tattoo": 2}}', "no longer there")):
        cases.append((cases[0][0].replace(quoted(kept[0]), quoted(json)), cases[0][1], words))
    refuse(profile, cases)


def test_dialogs_need_a_display(profile):
    painted = '(gimp-item-attach-parasite (active other) (list "impasto-settings" 1 "{}"))'
    refuse(profile, [
        ("", call().replace("RUN-NONINTERACTIVE", "RUN-INTERACTIVE"), "There is no display"),
        (f"(set! other (car (gimp-image-duplicate image))) {painted}",
         "(plug-in-impasto-replay RUN-INTERACTIVE image (active image) -1)", "There is no display"),
    ])


def test_styles_that_are_none(profile):
    text, empty = profile.file("text.png"), profile.file("empty.png")
    text.write_text("This is no picture.")
    empty.touch()
    refuse(profile, [
        ("", call(style='""'), "No style is chosen"),
        ("", call(style='"mona-lisa"'), ("“mona-lisa”", "great-wave")),
        ("", call(style=quoted("/nowhere/style.png")), "/nowhere/style.png"),
        ("", call(style=quoted(profile.folder)), "neither an image file"),
        ("", call(style=quoted(text)), "text.png"),
        ("", call(style=quoted(empty)), "empty.png"),
        ("(set! other (car (gimp-layer-create-mask (active image) ADD-MASK-WHITE)))"
         "(gimp-layer-add-mask (active image) other)",
         call(style='""', style_layer="other", layer="(vector-ref (cadr (gimp-image-get-layers image)) 0)"),
         "not a layer of an open image"),
        ("(gimp-layer-add-alpha (active image)) (gimp-drawable-edit-clear (active image))",
         call(style='""', style_layer="(active image)"), "wholly transparent"),
    ])


def test_style_files_that_are_cut_short(profile):
    files = [IMAGES / "files" / f"cut.{kind}" for kind in ("png", "jpg", "webp", "tif")]
    for file in files:
        misnamed = profile.file(f"{file.stem}-{file.suffix[1:]}.xcf")
        shutil.copy(file, misnamed)
    refuse(profile, [("", call(style=quoted(file)), (file.name, "ends too early"))
                     for file in [*files, *profile.folder.glob("cut-*.xcf")]])


def test_a_jpeg_with_stray_bytes_is_whole(profile):
    """Readers pass over what lies between two segments; what is cut after that is cut all the same."""
    jpeg = (IMAGES / "rocket.jpg").read_bytes()
    second = 4 + int.from_bytes(jpeg[4:6], "big")
    stray, cut = profile.file("stray.jpg"), profile.file("stray-cut.jpg")
    stray.write_bytes(jpeg[:second] + b"\0\1stray\xff\0\xff" + jpeg[second:])
    cut.write_bytes(stray.read_bytes()[:len(jpeg) // 2])
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA)))
        (say "painted" (bounds (paint-like image (active image) {quoted(stray)} -1))))
    """)
    assert log["painted"] == "(0 0 60 40)" and log.fine, log.text
    refuse(profile, [("", call(style=quoted(cut)), ("stray-cut.jpg", "ends too early"))])


def test_layers_that_cannot_be_painted(profile):
    refuse(profile, [
        ("(gimp-image-convert-indexed image 0 0 16 FALSE FALSE \"\")", call(), ("indexed", "Image > Mode > RGB")),
        ("(set! other (car (gimp-layer-create-mask (active image) ADD-MASK-WHITE)))"
         "(gimp-layer-add-mask (active image) other)", call(layer="other"), "Impasto paints layers, not masks"),
        ("", call(layer="(car (gimp-image-get-selection image))"), "Impasto paints layers, not masks"),
        ("(set! other (car (gimp-image-duplicate image)))", call(layer="(active other)"), "does not belong"),
        ("(gimp-layer-add-alpha (active image)) (gimp-drawable-edit-clear (active image))", call(),
         "wholly transparent"),
        ("(gimp-image-select-rectangle image CHANNEL-OP-REPLACE 40 10 10 10)"
         "(set! other (car (gimp-layer-new image 20 20 RGB-IMAGE \"Small\" 100 LAYER-MODE-NORMAL)))"
         "(gimp-image-insert-layer image other 0 0)", call(layer="other"), ("selection does not touch", "“Small”")),
        ("(set! other (active image))"
         "(gimp-layer-add-mask other (car (gimp-layer-create-mask other ADD-MASK-BLACK)))", call(layer="other"),
         "mask hides everything"),
        # The selection's bounds cover the layer, but not the selection.
        ("(gimp-image-select-ellipse image CHANNEL-OP-REPLACE 0 0 60 40)"
         "(set! other (car (gimp-layer-new image 4 3 RGB-IMAGE \"Corner\" 100 LAYER-MODE-NORMAL)))"
         "(gimp-image-insert-layer image other 0 0)", call(layer="other"), ("selection does not touch", "“Corner”")),
    ])


def test_floating_selections_are_to_be_anchored(profile):
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (layer (active image)))
        (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 5 5 10 10)
        (gimp-edit-copy layer)
        (gimp-edit-paste layer FALSE)
        (paint image layer))
    """)
    assert "floating selection" in log.text and "Anchor Layer" in log.text and log.healthy


def test_last_values_need_a_last_time(profile):
    refuse(profile, [
        ("", call().replace("RUN-NONINTERACTIVE", "RUN-WITH-LAST-VALS"), "Nothing has been painted"),
        ("", "(plug-in-impasto-replay RUN-WITH-LAST-VALS image (active image) -1)", "no longer there"),
    ])


def broken(profile, name, how, words):
    """Refuses while one of the installed files is not as it should be."""
    path, kept = profile.plugin / name, profile.file("kept")
    shutil.move(path, kept)
    try:
        how(path, kept)
        refuse(profile, [("", call(), words)])
    finally:
        if path.exists():
            path.unlink()
        shutil.move(kept, path)


def test_engine_is_missing(profile):
    broken(profile, "libImpasto.so", lambda path, kept: None,
           ("engine is missing", str(profile.plugin / "libImpasto.so")))


def test_engine_is_damaged(profile):
    broken(profile, "libImpasto.so", lambda path, kept: path.write_bytes(kept.read_bytes()[:5000]),
           ("is damaged", str(profile.plugin / "libImpasto.so")))
    broken(profile, "libImpasto.so", lambda path, kept: path.write_text("This is no library."),
           ("is damaged", str(profile.plugin / "libImpasto.so")))


def test_engine_is_another_library(profile):
    other = sorted(glob.glob("/usr/lib/*/libz.so.1") + glob.glob("/lib/*/libz.so.1"))[0]
    broken(profile, "libImpasto.so", lambda path, kept: shutil.copy(other, path),
           "is not the one this plug-in was made for")


def test_weights_are_missing(profile):
    broken(profile, "vgg19.safetensors", lambda path, kept: None, ("weights", "vgg19.safetensors"))


def test_weights_are_cut_short(profile):
    broken(profile, "vgg19.safetensors", lambda path, kept: path.write_bytes(kept.read_bytes()[:1_000_000]),
           ("weights cannot be used", str(profile.plugin / "vgg19.safetensors")))


def test_errors_of_the_engine_are_led_in_in_the_users_language(profile):
    weights, kept = profile.plugin / "vgg19.safetensors", profile.file("kept")
    small = f"(set! image (photograph {quoted(IMAGES / 'cat.png')} 60 40 RGB PRECISION-U8-GAMMA))"
    large = f"(set! image (photograph {quoted(IMAGES / 'cat.png')} 3000 2000 RGB PRECISION-U8-GAMMA))"
    shutil.move(weights, kept)
    try:
        log = profile.batch(f"(begin {small} {call()})", LANGUAGE="de")
    finally:
        shutil.move(kept, weights)
    assert "Die Gewichte des Netzes" in log.text and str(weights) in log.text, log.text
    log = profile.batch(f"(begin {large} {call(size='0')})", LANGUAGE="de", addresses=1_500_000_000)
    assert "Der Speicher reicht nicht für dieses Gemälde" in log.text and "needs at least" in log.text, log.text
    settings = quoted('{"style-file": "great-wave", "recipe": "none"}')
    log = profile.batch(f"""
      (begin
        {small}
        (gimp-item-attach-parasite (active image) (list "impasto-settings" 1 {settings}))
        (plug-in-impasto-replay RUN-NONINTERACTIVE image (active image) (active image)))
    """, LANGUAGE="de")
    assert "Impasto kann das nicht malen: There is no recipe" in log.text, log.text


def test_gallery_is_missing(profile):
    broken(profile, "styles", lambda path, kept: None, "There is no style “great-wave”")


def test_pictures_larger_than_memory(profile):
    # From what hardly takes GIMP itself to what nearly takes the painting, none of which ends in a crash.
    for gigabytes in (1.5, 2, 3):
        log = profile.batch("""
          (let* ((image (car (gimp-image-new 3000 3000 RGB)))
                 (layer (car (gimp-layer-new image 3000 3000 RGB-IMAGE "Wall" 100 LAYER-MODE-NORMAL))))
            (gimp-image-undo-disable image)
            (gimp-image-insert-layer image layer 0 0)
            (plug-in-impasto RUN-NONINTERACTIVE image layer "great-wave" -1 50 100 FALSE 0 0))
        """, """
          (say "layers" (layer-names (first-image)))
        """, addresses=int(gigabytes * 1e9))
        assert "Painting at 3000x3000 needs at least" in log.text and "MB may be used" in log.text, log.text
        assert log["layers"] == "(Wall)" and log.healthy, log.text


def test_style_files_larger_than_memory(profile):
    style = profile.file("large.png")
    write_large_png(style, 10000)
    log = profile.batch(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA)))
        (paint-like image (active image) {quoted(style)} -1))
    """, addresses=700_000_000)
    assert "not enough memory for the style" in log.text and "large.png”, which has 10000 × 10000" in log.text, log.text
    assert log.healthy, log.text
