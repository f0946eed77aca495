"""Layers as they are: groups, offsets, masks, selections, transparency."""
from gimp import IMAGES, quoted
from pictures import Pixels, write_float_tiff

CAT = quoted(IMAGES / "cat.png")


def test_new_layer_stands_above_its_source_in_its_group(profile):
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA))
             (base (active image))
             (group (car (gimp-layer-group-new image)))
             (below (car (gimp-layer-new-from-drawable base image)))
             (source (car (gimp-layer-new-from-drawable base image)))
             (above (car (gimp-layer-new-from-drawable base image))))
        (gimp-image-insert-layer image group 0 0)
        (for-each (lambda (layer) (gimp-image-insert-layer image layer group 0)) (list below source above))
        (for-each (lambda (layer name) (gimp-item-set-name layer name))
          (list base group below source above) (list "base" "group" "below" "source" "above"))
        (gimp-layer-set-offsets source 7 -5)
        (gimp-layer-scale source 90 70 FALSE)
        (let ((layer (paint image source)))
          (say "names" (layer-names image))
          (say "bounds" (bounds layer))
          (say "source" (bounds source)))
        (let ((layer (paint image group)))
          (say "names after" (layer-names image))
          (say "group" (bounds group))
          (say "painted group" (bounds layer))
          (say "is a group" (car (gimp-item-is-group layer)))))
    """)
    assert log["names"] == "((group (above Impasto: great-wave source below)) base)", log["names"]
    assert log["bounds"] == log["source"] and log["source"].endswith(" 90 70)"), log["source"]
    assert log["names after"].startswith("(Impasto: great-wave #1 (group "), log["names after"]
    assert log["painted group"] == log["group"] and log["is a group"] == "0"
    assert log.fine, log.text


def test_new_layer_stands_above_a_locked_group(profile):
    """GIMP ends a plug-in that writes to a layer in a group whose content is locked."""
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA))
             (base (active image))
             (outer (car (gimp-layer-group-new image)))
             (middle (car (gimp-layer-group-new image)))
             (inner (car (gimp-layer-group-new image)))
             (source (car (gimp-layer-new-from-drawable base image))))
        (gimp-image-insert-layer image outer 0 0)
        (gimp-image-insert-layer image middle outer 0)
        (gimp-image-insert-layer image inner middle 0)
        (gimp-image-insert-layer image source inner 0)
        (for-each (lambda (layer name) (gimp-item-set-name layer name))
          (list base outer middle inner source) (list "base" "outer" "middle" "inner" "source"))
        (gimp-item-set-lock-content middle TRUE)
        (gimp-item-set-lock-content inner TRUE)
        (say "bounds" (equal? (bounds (paint image source)) (bounds source)))
        (say "names" (layer-names image)))
    """)
    assert log["names"] == "((outer (Impasto: great-wave (middle ((inner (source)))))) base)", log["names"]
    assert log["bounds"] == "#t" and log.fine, log.text


def test_locked_and_hidden_layers_are_painted(profile):
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image)))
        (gimp-item-set-visible source FALSE)
        (gimp-item-set-lock-content source TRUE)
        (gimp-item-set-lock-position source TRUE)
        (let ((layer (paint image source)))
          (say "painted" (list (car (gimp-item-get-visible layer)) (car (gimp-item-get-lock-content layer))))))
    """)
    assert log["painted"] == "(1 0)" and log.fine, log.text


def test_rectangular_selection_is_painted_alone(profile):
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 90 60 RGB PRECISION-U8-GAMMA)))
        (gimp-layer-set-offsets (active image) -10 4)
        (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 20 10 30 25)
        (let ((layer (paint image (active image))))
          (say "bounds" (bounds layer))
          (say "mask" (car (gimp-layer-get-mask layer)))
          (say "selection" (cdr (gimp-selection-bounds image)))))
    """)
    assert log["bounds"] == "(20 10 30 25)"
    assert log["mask"] == "-1"
    assert log["selection"] == "(20 10 50 35)", "the selection was changed"


def test_soft_selection_becomes_a_mask(profile):
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 90 60 RGB PRECISION-U8-GAMMA)))
        (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 20 10 40 40)
        (gimp-selection-feather image 8)
        (let* ((source (active image))
               (layer (paint image source))
               (mask (car (gimp-layer-get-mask layer)))
               (offsets (gimp-drawable-offsets layer))
               (selection (car (gimp-image-get-selection image))))
          (define (difference x y)
            (abs (- (value mask x y) (value selection (+ x (car offsets)) (+ y (cadr offsets))))))
          (say "edited" (car (gimp-layer-get-edit-mask layer)))
          (say "differences" (map (lambda (x) (difference x 15)) '(0 2 4 6 8 10 15 20)))
          (say "edge" (value mask 4 20))))
    """)
    assert log["edited"] == "0"
    assert max(log.numbers("differences")) <= 1
    assert 0 < log.numbers("edge")[0] < 255
    assert log.fine, log.text


def test_mask_of_the_source_is_kept(profile):
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image))
             (mask (car (gimp-layer-create-mask source ADD-MASK-BLACK))))
        (gimp-layer-add-mask source mask)
        (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 10 10 30 20)
        (gimp-context-set-foreground '(128 128 128))
        (gimp-drawable-edit-fill mask FILL-FOREGROUND)
        (gimp-selection-none image)
        (let* ((layer (paint image source)) (painted (car (gimp-layer-get-mask layer))))
          (say "values" (list (value painted 2 2) (value mask 20 15) (value painted 20 15)))
          (gimp-layer-set-apply-mask source FALSE)
          (say "without" (car (gimp-layer-get-mask (paint image source))))))
    """)
    outside, kept, painted = log.numbers("values")
    assert outside == 0 and abs(kept - painted) <= 1
    assert log["without"] == "-1"


def test_transparency_is_kept_and_not_painted(profile):
    log = profile.run(f"""
      (let* ((image (photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA)) (source (active image)))
        (gimp-layer-add-alpha source)
        (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 0 0 20 40)
        (gimp-drawable-edit-clear source)
        (gimp-selection-none image)
        (let ((layer (paint image source)))
          (define (pixel drawable x y) (vector->list (cadr (gimp-drawable-get-pixel drawable x y))))
          (say "clear" (pixel layer 5 5))
          (say "clear before" (pixel source 5 5))
          (say "opaque" (pixel layer 40 20))
          (say "opaque before" (pixel source 40 20))))
    """)
    assert log["clear"] == log["clear before"]
    assert log.numbers("opaque")[3] == 255
    assert log["opaque"] != log["opaque before"]


def test_hidden_pixels_do_not_count(profile):
    """What lies under transparent pixels, of the layer or of the style, changes nothing."""
    def painting(color, name):
        return f"""
          (let* ((image (photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA)) (source (active image))
                 (other (photograph {quoted(IMAGES / "great-wave.png")} 60 40 RGB PRECISION-U8-GAMMA)))
            (gimp-context-set-foreground '{color})
            (for-each
              (lambda (picture)
                (let ((layer (active picture)))
                  (gimp-layer-add-alpha layer)
                  (gimp-image-select-rectangle picture CHANNEL-OP-REPLACE 0 0 25 40)
                  (gimp-drawable-edit-fill layer FILL-FOREGROUND)
                  (let ((mask (car (gimp-layer-create-mask layer ADD-MASK-WHITE))))
                    (gimp-layer-add-mask layer mask)
                    (gimp-context-set-background '(0 0 0))
                    (gimp-drawable-edit-fill mask FILL-BACKGROUND)
                    (gimp-layer-remove-mask layer MASK-APPLY))
                  (gimp-selection-none picture)))
              (list image other))
            (let ((layer (paint-like image source "" (active other))))
              (define (pixel x y) (vector->list (cadr (gimp-drawable-get-pixel layer x y))))
              (say "{name}" (map (lambda (x) (pixel x 20)) '(30 35 40 45 50 55)))))
        """
    log = profile.run(painting("(255 0 0)", "red"), painting("(0 255 0)", "green"))
    assert log["red"] == log["green"], log["red"] + log["green"]
    assert log.fine, log.text


def test_what_the_mask_of_a_style_hides_does_not_count(profile):
    def painting(color, mask_on, name):
        return f"""
          (let* ((image (photograph {CAT} 60 40 RGB PRECISION-U8-GAMMA))
                 (other (photograph {quoted(IMAGES / "great-wave.png")} 60 40 RGB PRECISION-U8-GAMMA))
                 (style (active other)) (mask (car (gimp-layer-create-mask style ADD-MASK-WHITE))))
            (gimp-layer-add-mask style mask)
            (gimp-image-select-rectangle other CHANNEL-OP-REPLACE 0 0 25 40)
            (gimp-context-set-foreground '{color})
            (gimp-drawable-edit-fill style FILL-FOREGROUND)
            (gimp-context-set-foreground '(0 0 0))
            (gimp-drawable-edit-fill mask FILL-FOREGROUND)
            (gimp-layer-set-apply-mask style {mask_on})
            (let ((layer (paint-like image (active image) "" style)))
              (define (pixel x y) (vector->list (cadr (gimp-drawable-get-pixel layer x y))))
              (say "{name}" (map (lambda (x) (pixel x 20)) '(5 15 25 35 45 55)))))
        """
    log = profile.run(painting("(255 0 0)", "TRUE", "red"), painting("(0 255 0)", "TRUE", "green"),
                      painting("(0 255 0)", "FALSE", "shown"))
    assert log["red"] == log["green"] != log["shown"], log["red"] + log["green"] + log["shown"]
    assert log.fine, log.text


def test_wild_floats_do_no_harm(profile):
    file = profile.file("wild.tif")
    wild = [float("nan"), float("inf"), -float("inf"), 1e30, -5.0]
    pixels = []
    for index in range(60 * 40):
        tame = (index * 37 % 101) / 101
        red = wild[index % 5] if index % 11 == 0 else tame
        alpha = wild[index % 5] if index % 97 == 0 else 1.0
        pixels += [red, tame, 1 - tame, alpha]
    write_float_tiff(file, 60, 40, pixels)
    log = profile.run(f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(file)} "wild"))) (source (active image)))
        (say "precision" (car (gimp-image-get-precision image)))
        (let ((layer (paint image source)))
          (say "style" (number? (paint-like image source "" source)))
          (gimp-layer-flatten layer)
          (save-pixels image layer {quoted(profile.file("wild.ppm"))})))
    """)
    assert log.numbers("precision")[0] in (600, 650)
    assert log["style"] == "#t" and log.fine, log.text
    painted = Pixels(profile.file("wild.ppm"))
    assert painted.deviation() > 5 and all(20 < mean < 235 for mean in painted.means())


def test_tiny_and_thin_layers(profile):
    sizes = ((1, 1), (3, 90), (90, 2), (16, 16), (17, 31))
    log = profile.run(*(f"""
      (let* ((image (photograph {CAT} {width} {height} RGB PRECISION-U8-GAMMA)))
        (say "{width}x{height}" (bounds (paint image (active image)))))
    """ for width, height in sizes))
    for width, height in sizes:
        assert log[f"{width}x{height}"] == f"(0 0 {width} {height})"
    assert log.fine, log.text
