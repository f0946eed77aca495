"""Every precision, gray and colour, with alpha and without, through the image's profile both ways."""
from gimp import IMAGES, quoted
from pictures import Pixels, write_profile

CAT = quoted(IMAGES / "cat.png")
PRECISIONS = (100, 150, 200, 250, 300, 350, 500, 550, 600, 650, 700, 750)

# What the colours of a painting may differ by, of 255, when the same photograph came in another form. That rounds its
# pixels a little, and so moves strokes; a wrong gamma or profile changes colours by several times as much.
SAME = 8

SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))


def painting(kind, alpha, precision, file):
    return f"""
      (let* ((image (photograph {CAT} 60 40 {kind} {precision})) (source (active image)))
        {"(gimp-layer-add-alpha source)" if alpha else ""}
        (let ((layer (paint image source)))
          (say "{file.name}" (list (car (gimp-drawable-type layer)) (car (gimp-drawable-type source))
                                   (car (gimp-image-get-precision image))))
          (save-pixels image layer {quoted(file)})))
    """


def compare(profile, kind, alpha, precisions):
    files = {precision: profile.file(f"{kind}-{alpha}-{precision}.ppm") for precision in precisions}
    log = profile.run(*(painting(kind, alpha, precision, file) for precision, file in files.items()))
    assert log.fine, log.text
    reference = Pixels(files[150])
    assert reference.deviation() > 20
    for precision, file in files.items():
        type_of_layer, type_of_source, now = log.numbers(file.name)
        assert type_of_layer == type_of_source and now == precision
        difference = Pixels(file).coarse_difference(reference)
        assert difference < SAME, f"{kind} at precision {precision} is off by {difference:.1f}"


def test_every_precision_in_colour(profile):
    compare(profile, "RGB", True, PRECISIONS)


def test_colour_without_alpha(profile):
    compare(profile, "RGB", False, (150, 600))


def test_gray(profile):
    compare(profile, "GRAY", False, (100, 150, 250, 600))


def test_gray_with_alpha(profile):
    compare(profile, "GRAY", True, (150, 350))


def through_profile(profile, kind, precision, icc):
    """The same photograph in sRGB and (converted relative-colorimetrically) in another profile: painted alike."""
    files = [profile.file(f"{name}-{kind}-{precision}.ppm") for name in ("plain", "converted", "raw")]
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 60 40 {kind} {precision})))
        (save-pixels image (paint image (active image)) {quoted(files[0])}))
    """, f"""
      (let* ((image (photograph {CAT} 60 40 {kind} {precision}))
             (own (gimp-image-get-effective-color-profile image)))
        (gimp-image-convert-color-profile-from-file image {quoted(icc.as_uri())} 1 TRUE)
        (let ((layer (paint image (active image))))
          (save-pixels image layer {quoted(files[2])})
          (gimp-image-convert-color-profile image (car own) (cadr own) 1 TRUE)
          (save-pixels image layer {quoted(files[1])})))
    """)
    assert log.fine, log.text
    plain, converted, raw = (Pixels(file) for file in files)
    assert plain.coarse_difference(raw) > 2 * SAME, "the profile makes no difference to begin with"
    assert plain.coarse_difference(converted) < SAME, f"off by {plain.coarse_difference(converted):.1f}"


def test_colours_go_through_the_profile(profile):
    icc = profile.file("swapped.icc")
    write_profile(icc, (SRGB[2], SRGB[0], SRGB[1]), 1.8)
    through_profile(profile, "RGB", 150, icc)
    through_profile(profile, "RGB", 600, icc)


def test_grays_go_through_the_profile(profile):
    icc = profile.file("gray.icc")
    write_profile(icc, (), 1.0, b"GRAY")
    through_profile(profile, "GRAY", 250, icc)
