"""What a painting remembers: replaying it, going on with it, in this session or from its file, without a display."""
import json
import os
import shutil

from gimp import IMAGES, quoted
from pictures import Pixels


def test_replay_paints_by_the_settings_of_another_layer(profile):
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image))
             (layer (car (plug-in-impasto RUN-NONINTERACTIVE image source "great-wave" -1 70 150 FALSE 32 3)))
             (again (car (plug-in-impasto-replay RUN-NONINTERACTIVE image source layer))))
        (say "names" (layer-names image))
        (say "settings" (caddr (car (gimp-item-get-parasite again "impasto-settings"))))
        (save-pixels image layer {quoted(profile.file("first.ppm"))})
        (save-pixels image again {quoted(profile.file("again.ppm"))}))
    """, f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA)))
        (plug-in-impasto-replay RUN-NONINTERACTIVE image (active image) (active image)))
    """)
    settings = json.loads(log["settings"])
    assert (settings["strength"], settings["brush-size"], settings["seed"]) == (70, 150, 3)
    assert Pixels(profile.file("first.ppm")).difference(Pixels(profile.file("again.ppm"))) == 0
    assert "is not a layer that Impasto painted" in log.text


def test_settings_outlive_the_file(profile):
    file = profile.file("kept.xcf")
    first = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (style (car (gimp-layer-new-from-drawable (active image) image))))
        (gimp-image-insert-layer image style 0 -1)
        (gimp-item-set-name style "Own style")
        (gimp-drawable-colorize-hsl style 200 80 0)
        (let ((layer (car (plug-in-impasto RUN-NONINTERACTIVE image style "" style 50 100 FALSE 32 0))))
          (gimp-file-save RUN-NONINTERACTIVE image layer {quoted(file)} "kept")))
    """)
    assert first.fine, first.text
    log = profile.batch(f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(file)} "kept")))
             (layers (cadr (gimp-image-get-layers image))))
        (plug-in-impasto-replay RUN-NONINTERACTIVE image (vector-ref layers 2) (vector-ref layers 0))
        (say "names" (layer-names image)))
    """)
    assert log["names"].count("Impasto: Own style") == 2, log["names"]


def test_replay_finds_a_style_by_its_new_name(profile):
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image))
             (style (car (gimp-layer-new-from-drawable source image))))
        (gimp-image-insert-layer image style 0 -1)
        (gimp-item-set-name style "Old name")
        (let ((layer (paint-like image source "" style)))
          (gimp-item-set-name style "New name")
          (plug-in-impasto-replay RUN-NONINTERACTIVE image source layer)
          (say "again" (layer-names image))))
    """)
    assert log.fine and log["again"] == "(New name Impasto: Old name Impasto: New name Background)", log.text


def test_replay_takes_no_other_layer_for_the_style(profile):
    """Layers of two images may have the same tattoo, and even the same name: the other's is not the style."""
    file = profile.file("styled.xcf")
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image))
             (other (photograph {quoted(IMAGES / "great-wave.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (style (active other)))
        (for-each (lambda (layer) (gimp-item-set-name layer "Background")) (list source style))
        (say "tattoos" (map (lambda (layer) (car (gimp-item-get-tattoo layer))) (list source style)))
        (let ((layer (paint-like image source "" style)))
          (say "first" (layer-names image))
          (plug-in-impasto-replay RUN-NONINTERACTIVE image source layer)
          (say "again" (layer-names image))
          (gimp-file-save RUN-NONINTERACTIVE image layer {quoted(file)} "styled")
          (gimp-image-delete other)
          (plug-in-impasto-replay RUN-NONINTERACTIVE image source layer)))
    """, f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(file)} "styled")))
             (layers (cadr (gimp-image-get-layers image))))
        (say "loaded" (layer-names image))
        (plug-in-impasto-replay RUN-NONINTERACTIVE image (vector-ref layers 2) (vector-ref layers 0)))
    """)
    one, other = log.numbers("tattoos")
    assert one == other
    assert log["again"] == "(Impasto: Background Impasto: Background #1 Background)", log["again"]
    assert log.text.count("The layer that was the style is no longer there") == 4, log.text  # each said twice


def test_a_painting_goes_on_only_with_a_photograph_of_its_own_image(profile):
    """Neither with that of the image that its image is a duplicate of (whose layers have other tattoos than the
    original's), nor with one that only the history still knows. What cannot be gone on with is painted anew."""
    settings = '{"style-file": "great-wave", "working-size": 32, "continue": true}'
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image)) (painting (paint image source))
             (data (list->vector (map char->integer (string->list {quoted(settings)})))))
        (define (go-on name painting)
          (gimp-procedural-db-set-data "plug-in-impasto" (vector-length data) data)
          (let ((layer (car (plug-in-impasto RUN-WITH-LAST-VALS (car (gimp-item-get-image painting)) painting
                                             "" -1 0 0 FALSE 0 0))))
            (say name (caddr (car (gimp-item-get-parasite layer "impasto-settings"))))))
        (say "source" source)
        (go-on "own" painting)
        (go-on "duplicate" (vector-ref (cadr (gimp-image-get-layers (car (gimp-image-duplicate image)))) 1))
        (gimp-image-remove-layer image source)
        (go-on "history" painting))
    """)
    own, duplicate, history = (json.loads(log[name]) for name in ("own", "duplicate", "history"))
    assert own["continue"] is True and own["photograph"]["item"] == int(log["source"]), log.text
    assert duplicate["continue"] is False and history["continue"] is False and log.fine, log.text


def test_a_copy_of_a_painting_goes_on_when_the_file_is_opened_again(profile):
    """The painting itself has been deleted; in another image the copy finds no photograph, though a layer there has the
    name and the tattoo of the one that was."""
    file = profile.file("copied.xcf")
    settings = '{"style-file": "great-wave", "working-size": 32, "continue": true}'
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (painting (paint image (active image))) (copy (car (gimp-layer-copy painting FALSE))))
        (gimp-image-insert-layer image copy 0 0)
        (gimp-image-remove-layer image painting)
        (gimp-file-save RUN-NONINTERACTIVE image copy {quoted(file)} "copied")
        (gimp-image-delete image))
    """, f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(file)} "copied")))
             (layers (cadr (gimp-image-get-layers image)))
             (stranger (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (copy (car (gimp-layer-new-from-drawable (vector-ref layers 0) stranger)))
             (data (list->vector (map char->integer (string->list {quoted(settings)})))))
        (define (known layer) (list (layer-name layer) (car (gimp-item-get-tattoo layer))))
        (define (go-on name painting)
          (gimp-procedural-db-set-data "plug-in-impasto" (vector-length data) data)
          (let ((layer (car (plug-in-impasto RUN-WITH-LAST-VALS (car (gimp-item-get-image painting)) painting
                                             "" -1 0 0 FALSE 0 0))))
            (say name (caddr (car (gimp-item-get-parasite layer "impasto-settings"))))))
        (say "alike" (equal? (known (active stranger)) (known (vector-ref layers 1))))
        (gimp-image-insert-layer stranger copy 0 0)
        (go-on "own" (vector-ref layers 0))
        (go-on "stranger" copy))
    """)
    assert log["alike"] == "#t" and log.fine, log.text
    assert json.loads(log["own"])["continue"] is True and json.loads(log["stranger"])["continue"] is False


def test_layers_are_known_by_other_names_when_the_file_is_opened_again(profile):
    """The style and the photograph of a painting, all of them renamed before the image was saved. In the image's
    duplicate they have other tattoos, and their old ones may be those of others there."""
    file = profile.file("renamed.xcf")
    settings = '{"style-file": "great-wave", "working-size": 32, "continue": true}'
    log = profile.run(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (source (active image))
             (style (car (gimp-layer-new-from-drawable source image)))
             (group (car (gimp-layer-group-new image))))
        (gimp-image-insert-layer image group 0 -1)
        (gimp-image-insert-layer image style group -1)
        (let ((layer (paint-like image source "" style)))
          (for-each gimp-item-set-name (list source style layer) (list "New photo" "New style" "New painting")))
        (gimp-file-save RUN-NONINTERACTIVE image source {quoted(file)} "renamed"))
    """)
    assert log.fine, log.text
    # Another GIMP: in this one the layers have the numbers that they had, too.
    log = profile.batch(f"""
      (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(file)} "renamed")))
             (layers (cadr (gimp-image-get-layers image)))
             (data (list->vector (map char->integer (string->list {quoted(settings)})))))
        (gimp-image-duplicate image)
        (say "before" (layer-names image))
        (plug-in-impasto-replay RUN-NONINTERACTIVE image (vector-ref layers 2) (vector-ref layers 1))
        (say "after" (layer-names image))
        (gimp-procedural-db-set-data "plug-in-impasto" (vector-length data) data)
        (let ((layer (car (plug-in-impasto RUN-WITH-LAST-VALS image (vector-ref layers 1) "" -1 0 0 FALSE 0 0))))
          (say "settings" (caddr (car (gimp-item-get-parasite layer "impasto-settings"))))))
    """, """
      (let* ((other (apply max (images))) (layers (cadr (gimp-image-get-layers other))))
        (say "duplicate" (layer-names other))
        (plug-in-impasto-replay RUN-NONINTERACTIVE other (vector-ref layers 2) (vector-ref layers 1)))
    """)
    assert log["before"] == "((Layer Group (New style)) New painting New photo)", log["before"]
    assert log["after"] == "((Layer Group (New style)) New painting Impasto: New style New photo)", log["after"]
    went_on = json.loads(log["settings"])
    assert went_on["continue"] is True and went_on["photograph"]["name"] == "New photo", went_on
    assert log["duplicate"] == log["before"]
    assert "The layer that was the style is no longer there" in log.text and log.healthy, log.text


def test_a_painting_copied_into_another_image_takes_no_layer_there_for_its_style(profile):
    """Though that has the name and the tattoo of the one that was."""
    def image(name, file):
        return f"""({name} (let* ((image (photograph {quoted(IMAGES / file)} 60 40 RGB PRECISION-U8-GAMMA))
                                  (style (car (gimp-layer-new-from-drawable (active image) image))))
                             (gimp-image-insert-layer image style 0 -1)
                             (gimp-item-set-name style "Style")
                             image))"""

    log = profile.run(f"""
      (let* ({image("image", "cat.png")} {image("stranger", "great-wave.png")}
             (styles (list (active image) (active stranger)))
             (layer (paint-like image (active image) "" (active image)))
             (copy (car (gimp-layer-new-from-drawable layer stranger))))
        (say "known" (append (map (lambda (style) (car (gimp-item-get-tattoo style))) styles)))
        (say "names" (map layer-name styles))
        (gimp-image-insert-layer stranger copy 0 0)
        (gimp-image-delete image)
        (say "settings" (caddr (car (gimp-item-get-parasite copy "impasto-settings"))))
        (plug-in-impasto-replay RUN-NONINTERACTIVE stranger (cadr styles) copy))
    """)
    assert len(set(log.numbers("known"))) == 1 and log["names"] == "(Style Style)", log.text
    assert json.loads(log["settings"])["style-layer"]["tattoo"] == log.numbers("known")[0]
    assert "The layer that was the style is no longer there" in log.text and log.healthy, log.text


def test_a_style_file_is_kept_by_its_whole_path(profile):
    """What is painted like another layer may be so from another folder than GIMP was started in then."""
    style = profile.file("relative.png")
    shutil.copy(IMAGES / "great-wave.png", style)
    log = profile.batch(f"""
      (let* ((image (photograph {quoted(IMAGES / "cat.png")} 60 40 RGB PRECISION-U8-GAMMA))
             (layer (paint-like image (active image) {quoted(os.path.relpath(style))} -1)))
        (say "kept" (caddr (car (gimp-item-get-parasite layer "impasto-settings")))))
    """)
    assert json.loads(log["kept"])["style-file"] == str(style) and log.fine, log.text
