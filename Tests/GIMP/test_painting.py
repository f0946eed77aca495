"""The new layer while it grows: what ends it, and what is left then of it and of the history."""
import time

from canvas import grows, shown_anew
from dialog import (CLOSE, DIALOG, IMAGE_WINDOW, MESSAGE, STYLE, choose_large_file, convert_to_built_in_profile,
                    convert_to_grayscale, healthy, layer_appears, open_dialog, painting_ends, press_paint,
                    set_working_size, settings_return, start_painting, state, unsaved)
from gimp import IMAGES, quoted
from heartbeat import Heartbeat, assert_lively
from pictures import Pixels, write_profile
from screen import PROMPT, Screen
from server import until
from test_colours import SAME, SRGB


def test_first_painting_grows_and_is_one_undo_step(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        screen.shoot("dialog")
        screen.click(DIALOG, 300, 200)  # a painting in the gallery's second row
        screen.shoot("dialog-chosen")
        set_working_size(screen, 448)
        windows = {title: screen.find(title) for title in (DIALOG, IMAGE_WINDOW)}
        with Heartbeat(screen, *windows.values()) as heartbeat:
            press_paint(screen)
            layer_appears(screen)
            grows(screen)
        for title, window in windows.items():
            assert_lively(title, heartbeat.answers[int(window)])
        assert screen.layers()[0] != STYLE + "bal-du-moulin-de-la-galette", "the click chose no other style"
        assert screen.find(DIALOG), "the painting was over before it could be stopped"
        screen.keys(DIALOG, "alt+s")
        painting_ends(screen)
        assert screen.layers()[0].startswith(STYLE)
        screen.shoot("kept")
        screen.keys(IMAGE_WINDOW, "ctrl+z")
        until(lambda: screen.layers() == ["cat.png"], "the layer to be gone after one undo")
        screen.keys(IMAGE_WINDOW, "ctrl+y")
        until(lambda: len(screen.layers()) == 2, "the layer to be back after a redo")
        assert "CRITICAL" not in screen.log()


def undo(screen, what, condition):
    screen.keys(IMAGE_WINDOW, "ctrl+z")
    until(condition, f"undo to take back {what}", patience=PROMPT)


def selection_is_empty(screen):
    return screen.ask("(car (gimp-selection-is-empty (first-image)))") == "1"


def test_cancel_leaves_the_image_as_it_looked(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        assert not unsaved(screen)
        screen.keys(IMAGE_WINDOW, "ctrl+i")  # inverts the selection: a step of the history
        until(lambda: not selection_is_empty(screen), "a first step in the history")
        open_dialog(screen)
        start_painting(screen, 448)
        layer_appears(screen)
        grows(screen)
        screen.keys(DIALOG, "alt+c")
        until(lambda: screen.layers() == ["cat.png"], "the layer to be gone")
        assert screen.ask("(car (gimp-item-get-name (car (gimp-image-get-active-layer (first-image)))))") == '"cat.png"'
        # The dialog is there again for another try; closing it changes nothing either.
        settings_return(screen)
        screen.shoot("cancelled")
        screen.keys(DIALOG, "Escape")
        screen.gone(DIALOG)
        assert not selection_is_empty(screen)
        # GIMP lets no plug-in take a step back: the layer has come and gone in two steps, which undo as any others do.
        undo(screen, "the layer's end", lambda: len(screen.layers()) == 2)
        undo(screen, "the layer", lambda: screen.layers() == ["cat.png"])
        assert unsaved(screen)
        undo(screen, "the step before the painting", lambda: selection_is_empty(screen))
        assert not unsaved(screen), "the image as it was opened counts as changed"
        assert screen.layers() == ["cat.png"] and healthy(screen), screen.log()


def test_cancel_does_not_wait_for_a_style_that_is_being_read(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        choose_large_file(screen, profile)
        window = screen.find(DIALOG)
        with Heartbeat(screen, window) as heartbeat:
            press_paint(screen)
            screen.xdotool("key", "alt+c")
            settings_return(screen)
        # Over in a second or two: too short to count late answers in. To read the style takes longer than this.
        answers = heartbeat.answers[int(window)]
        assert len(answers) > 10 and max(answers) < 1, f"{max(answers):.2f} s until an answer, of {len(answers)}"
        assert screen.layers() == ["cat.png"] and not unsaved(screen)


def test_image_that_is_changed_before_the_painting_begins_is_left_alone(profile):
    """The new layer was made for what the image was: in one of another precision it makes a broken file."""
    with Screen(profile, IMAGES / "cat.png") as screen:
        choose_large_file(screen, profile)
        press_paint(screen)
        screen.ask("(gimp-image-convert-precision (first-image) PRECISION-FLOAT-LINEAR)")
        screen.gone(DIALOG)
        screen.window(MESSAGE)
        screen.shoot("changed-before")
        until(lambda: not profile.processes(), "the plug-in's end")
        assert screen.layers() == ["cat.png"] and healthy(screen), screen.log()


def test_layers_that_are_changed_while_they_are_read(profile):
    """The layer that is the style, the layer's own mask and the selection, in images so large that reading them takes a
    while: GIMP ends a plug-in that asks for pixels which are gone."""
    def large(image, layer):
        return f"""(begin (gimp-image-scale {image} 4000 2600)
          (gimp-layer-add-mask {layer} (car (gimp-layer-create-mask {layer} ADD-MASK-WHITE)))
          (gimp-layer-set-edit-mask {layer} FALSE))"""

    image, layer = "(first-image)", "(car (gimp-image-get-active-layer (first-image)))"
    style = "(car (gimp-image-get-active-layer other))"
    with Screen(profile, IMAGES / "cat.png") as screen:
        # What is taken away is gone at once without a history, and what is said in messages is in the log.
        screen.ask(f"""(begin (gimp-message-set-handler CONSOLE)
          (gimp-image-undo-disable {image})
          (set! other (car (gimp-file-load RUN-NONINTERACTIVE {quoted(IMAGES / "great-wave.png")} "wave")))
          (gimp-image-undo-disable other))""")
        # The style is the one that was there when Paint was pressed; the layer must be that all along.
        for before, change, refused in (
                (large("other", style), f"(gimp-layer-remove-mask {style} MASK-DISCARD)", False),
                ("#t", "(gimp-image-crop other 100 100 50 50)", False),
                (large(image, layer), f"(gimp-layer-remove-mask {layer} MASK-APPLY)", True),
                (f"(gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE 9 9 3900 2500)",
                 f"(gimp-image-resize {image} 300 300 0 0)", True)):
            screen.ask(before)
            open_dialog(screen)
            set_working_size(screen, 64)
            screen.keys(DIALOG, "alt+g" if refused else "alt+l")
            said = len(screen.log())
            screen.xdotool("key", "alt+p")
            until(lambda: state(screen) == "painting", "the painting to begin", PROMPT, pause=0)
            time.sleep(0.2)  # for it to be in the middle of what it reads
            screen.ask(change)
            screen.gone(DIALOG)
            until(lambda: not profile.processes(), "the plug-in's end")
            said = screen.log()[said:]
            assert refused == ("The image was changed before" in said) and healthy(screen), f"{change}\n{screen.log()}"
            assert screen.layers() == ["cat.png"] if refused else len(screen.layers()) == 2, screen.layers()
            if not refused:
                screen.ask(f"(begin (gimp-image-remove-layer {image} {layer}) (gimp-displays-flush))")


def test_steps_made_meanwhile_can_be_undone(profile):
    """What the user does while the new layer grows, and while it is the active one, stays in the history."""
    add = """(gimp-image-insert-layer (first-image)
               (car (gimp-layer-new (first-image) 50 50 RGBA-IMAGE "Mine" 100 LAYER-MODE-NORMAL)) 0 -1)"""
    cut = """(begin (gimp-image-select-rectangle (first-image) CHANNEL-OP-REPLACE 10 10 50 50)
                    (gimp-selection-float (car (gimp-image-get-active-layer (first-image))) 0 0)
                    (gimp-floating-sel-anchor (car (gimp-image-get-floating-sel (first-image)))))"""
    # A layer that is freed while the history names it is seen at once if its memory is overwritten.
    with Screen(profile, IMAGES / "cat.png", G_SLICE="always-malloc", MALLOC_PERTURB_="85") as screen:
        for change, end in ((add, "alt+c"), (add, "alt+s"), (cut, "alt+s")):
            open_dialog(screen)
            start_painting(screen, 448)
            layer_appears(screen)
            screen.ask(change)
            changed = screen.layers()
            screen.keys(DIALOG, end)
            if end == "alt+c":
                until(lambda: len(screen.layers()) == len(changed) - 1, "the layer to be gone")
                settings_return(screen)
                screen.keys(DIALOG, "Escape")
            screen.gone(DIALOG)
            until(lambda: not profile.processes(), "the plug-in's end")
            assert "Mine" in screen.layers() or change == cut
            screen.focus(IMAGE_WINDOW)
            for key in ("ctrl+z", "ctrl+y", "ctrl+z"):
                screen.xdotool("key", *[key] * 6)
                screen.settle()
            until(lambda: screen.layers() == ["cat.png"], "all steps to be undone", patience=PROMPT)
            assert not unsaved(screen)
            assert healthy(screen), screen.log()


def test_layer_that_is_deleted_meanwhile(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        start_painting(screen, 448)
        layer_appears(screen)
        shown_anew(screen)
        screen.ask("(gimp-image-remove-layer (first-image) (car (gimp-image-get-active-layer (first-image))))")
        settings_return(screen)
        assert screen.layers() == ["cat.png"] and healthy(screen), screen.log()
        press_paint(screen)
        layer_appears(screen)
        shown_anew(screen)
        screen.keys(IMAGE_WINDOW, "ctrl+z")
        settings_return(screen)
        assert screen.layers() == ["cat.png"] and healthy(screen), screen.log()


def test_image_that_is_closed_meanwhile(profile):
    """The painting ends with its image, without a word: who closed it knows."""
    with Screen(profile, IMAGES / "cat.png") as screen:
        for early in (True, False):
            open_dialog(screen)
            start_painting(screen, 448)
            if not early:
                layer_appears(screen)
                shown_anew(screen)
            screen.ask(CLOSE)
            screen.gone(DIALOG)
            until(lambda: not profile.processes(), "the plug-in's end", patience=PROMPT)
            screen.settle()
            screen.shoot("closed-meanwhile")
            assert screen.ask("(car (gimp-image-list))") == "0" and not screen.find(MESSAGE)
            assert healthy(screen) and "crashed" not in screen.log(), screen.log()
            screen.ask(f'''(gimp-display-new
              (car (gimp-file-load RUN-NONINTERACTIVE "{IMAGES / 'cat.png'}" "cat")))''')


def test_profile_that_is_changed_meanwhile(profile):
    """The painting looks as it did under the one it began with: with the photograph's colours kept, like that in sRGB."""
    icc = profile.file("swapped.icc")
    write_profile(icc, (SRGB[2], SRGB[0], SRGB[1]), 1.8)
    with Screen(profile, IMAGES / "cat.png") as screen:
        def painting_as_srgb(name):
            screen.ask(f"""(let* ((image (car (gimp-image-duplicate (first-image))))
                                   (srgb (gimp-image-get-effective-color-profile other)))
              (gimp-image-convert-color-profile image (car srgb) (cadr srgb) 1 TRUE)
              (save-pixels image (car (gimp-image-get-active-layer image)) {quoted(profile.file(name))})
              (gimp-image-delete image))""")
            return Pixels(profile.file(name))

        def assign_built_in_profile(screen):
            screen.ask("(gimp-image-set-color-profile (first-image) 0 #())")

        screen.ask("(set! other (car (gimp-image-new 8 8 RGB)))")
        photograph = painting_as_srgb("photograph.ppm")
        screen.ask(f"(gimp-image-convert-color-profile-from-file (first-image) {quoted(icc.as_uri())} 1 TRUE)")
        for change in (convert_to_built_in_profile, assign_built_in_profile):
            open_dialog(screen)
            screen.keys(DIALOG, "alt+r", "alt+k")
            start_painting(screen, 448)
            layer_appears(screen)
            shown_anew(screen)
            change(screen)
            shown_anew(screen)
            screen.keys(DIALOG, "alt+s")
            painting_ends(screen)
            difference = painting_as_srgb("painting.ppm").coarse_difference(photograph)
            # Some of that is the painting's own; the other profile makes five times as much.
            assert difference < 2 * SAME, f"{change.__name__}: off by {difference:.1f}"
            screen.keys(IMAGE_WINDOW, "ctrl+z", "ctrl+z")
            until(lambda: screen.layers() == ["cat.png"], "the profile and the layer to be undone", patience=PROMPT)
            assert healthy(screen), screen.log()


def test_layer_that_is_changed_meanwhile_is_left_as_it_stands(profile):
    layer = "(car (gimp-image-get-active-layer (first-image)))"
    with Screen(profile, IMAGES / "cat.png") as screen:
        for change in (f"(gimp-item-set-lock-content {layer} TRUE)",
                       f"""(let ((layer {layer}) (group (car (gimp-layer-group-new (first-image)))))
                             (gimp-image-insert-layer (first-image) group 0 0)
                             (gimp-image-reorder-item (first-image) layer group 0)
                             (gimp-item-set-lock-content group TRUE))""",
                       f"(gimp-layer-resize {layer} 900 900 0 0)",
                       convert_to_grayscale):
            open_dialog(screen)
            start_painting(screen, 448)
            layer_appears(screen)
            shown_anew(screen)
            change(screen) if callable(change) else screen.ask(change)
            screen.gone(DIALOG)
            screen.window(MESSAGE)
            screen.shoot("changed-meanwhile")
            until(lambda: not profile.processes(), "the plug-in's end")
            assert len(screen.layers()) == 2 and healthy(screen), f"{change}\n{screen.log()}"
            screen.keys(MESSAGE, "Escape")
            screen.gone(MESSAGE)
            screen.ask("(gimp-image-remove-layer (first-image) "
                       "(vector-ref (cadr (gimp-image-get-layers (first-image))) 0))")


def test_gimps_own_cancel_leaves_a_valid_image(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        screen.ask("(begin (gimp-image-convert-grayscale (first-image)) (gimp-image-clean-all (first-image)))")
        open_dialog(screen)
        start_painting(screen, 448)
        layer_appears(screen)
        grows(screen)
        before = Pixels(screen.shoot("before-kill"))
        x, y, width, height = screen.position(IMAGE_WINDOW)
        screen.focus(IMAGE_WINDOW)
        # The Cancel button at the right end of the status bar, left of the docks.
        screen.xdotool("mousemove", *cancel_button(before, x, y, width, height), "click", "1")
        until(lambda: not profile.processes(), "the plug-in to be ended at once", patience=5)
        screen.gone(DIALOG)
        assert len(screen.layers()) == 2
        assert unsaved(screen), "the image counts as saved"
        assert screen.ask("(car (gimp-image-is-valid (first-image)))") == "1"
        kept = profile.file("killed-by-gimp.xcf")
        screen.ask(f'(gimp-file-save RUN-NONINTERACTIVE (first-image) (car (gimp-image-get-active-drawable '
                   f'(first-image))) "{kept}" "kept")')
        assert kept.stat().st_size > 10_000
        undo(screen, "the layer", lambda: screen.layers() == ["cat.png"])
        undo(screen, "the change of mode", lambda: screen.ask("(car (gimp-image-base-type (first-image)))") == "0")
        assert screen.layers() == ["cat.png"]
        assert screen.ask("(car (gimp-drawable-is-rgb (car (gimp-image-get-active-drawable (first-image)))))") == "1"
        assert "inconsistent" not in screen.log() and "CRITICAL" not in screen.log()


def cancel_button(pixels, x, y, width, height):
    """Where the status bar's Cancel is: its sign is the one red thing at the bottom of that part of the window."""
    red = [(column, row) for row in range(y + height - 60, y + height) for column in range(x + 380, x + width - 200)
           if pixels.at(column, row)[0] > 150 and max(pixels.at(column, row)[1:]) < 80]
    if red:
        return sorted(red)[len(red) // 2]
    # A theme without colours: the right end of the bar.
    return x + width - 235, y + height - 17
