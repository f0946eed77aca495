"""The plug-in as its user meets it: menus, dialog, canvas."""
import json
import shutil

from gimp import IMAGES
from heartbeat import Heartbeat
from pictures import Pixels
from screen import PROMPT, SIZE, Screen
from server import until

IMAGE_WINDOW = "GIMP$"
DIALOG = r"^Neural Style \(Impasto\)"
REPLAY = "Like Another Layer"
MESSAGE = "GIMP Message"
STYLE = "Impasto: "

# Seconds that a window may take to answer before its user notices. What freezes its window whenever it shows something
# does so in a good part of its answers; a busy machine holds up any program once in a while, and then not for long.
FROZEN = 0.2
HELD_UP = 3.0
SHARE_HELD_UP = 0.1


def open_dialog(screen):
    """Filters > Artistic > Neural Style (Impasto)..., by the menu's keys."""
    screen.keys(IMAGE_WINDOW, "alt+r", "a", "n")
    show_dialog(screen)


def reopen_dialog(screen):
    """Filters > Re-Show, by its key."""
    screen.keys(IMAGE_WINDOW, "ctrl+shift+f")
    show_dialog(screen)


def show_dialog(screen):
    screen.window(DIALOG)
    screen.move(DIALOG, 0, 0)


def state(screen):
    """What the dialog is at: it is tall while it shows the settings."""
    position = screen.position(DIALOG)
    return "closed" if position is None else "settings" if position[3] > 300 else "painting"


def set_working_size(screen, pixels):
    screen.keys(DIALOG, "alt+w", "ctrl+a")
    screen.type(f"{pixels}\t")


def press_paint(screen):
    screen.keys(DIALOG, "alt+p")
    until(lambda: state(screen) != "settings", "the painting to begin; Paint did nothing", patience=PROMPT)


def start_painting(screen, pixels):
    """Gives a painting its size and begins it; a small one may have ended when this does."""
    set_working_size(screen, pixels)
    press_paint(screen)


def layer_appears(screen, count=2):
    until(lambda: len(screen.layers()) == count, "the new layer")


def painting_ends(screen, count=2):
    screen.gone(DIALOG)
    until(lambda: len(screen.layers()) == count and not screen.profile.processes(), "the finished layer")


def settings_return(screen):
    until(lambda: state(screen) == "settings", "the settings to be shown again")
    screen.settle()


# The part of the screen that shows the canvas, away from the dialogs: left, top, right, bottom.
CANVAS = (380, 300, SIZE[0] - 330, SIZE[1] - 150)


def difference_on_canvas(first, second):
    """The mean difference of what the canvas shows."""
    left, top, right, bottom = CANVAS
    total = count = 0
    for y in range(top, bottom, 3):
        for x in range(left, right, 3):
            total += sum(abs(a - b) for a, b in zip(first.at(x, y), second.at(x, y)))
            count += 3
    return total / count


def canvas(screen):
    """What the canvas shows now."""
    pixels = Pixels(screen.shoot("settling"))
    left, top, right, bottom = CANVAS
    return [pixels.values[3 * (y * pixels.width + left):3 * (y * pixels.width + right)] for y in range(top, bottom)]


def shown_anew(screen):
    """Waits until the painting has just been shown: for most of a second it will not be written to again."""
    before = canvas(screen)
    until(lambda: canvas(screen) != before, "the painting to be shown", pause=0)


def grows(screen):
    """Waits until the new layer shows more than a copy of the photograph."""
    first = Pixels(screen.shoot("painting-begun"))
    until(lambda: difference_on_canvas(first, Pixels(screen.shoot("painting-grown"))) > 1.5,
          "the layer to grow on the canvas", pause=0.5)


def activate(screen, position):
    screen.ask("(gimp-image-set-active-layer (first-image) "
               f"(vector-ref (cadr (gimp-image-get-layers (first-image))) {position}))")


def unsaved(screen):
    return screen.ask("(car (gimp-image-is-dirty (first-image)))") == "1"


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
            answers = heartbeat.answers[int(window)]
            late = [answer for answer in answers if answer > FROZEN]
            assert len(answers) > 50 and len(late) <= SHARE_HELD_UP * len(answers) and max(answers) < HELD_UP, \
                f"{title} took {max(answers):.2f} s to answer, {len(late)} of {len(answers)} times more than {FROZEN} s"
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


def healthy(screen):
    """Nothing was said by GIMP of its inside, in particular of what its history names."""
    return not any(word in screen.log() for word in ("inconsistent", "CRITICAL", "WARNING", "erminat"))


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


def test_repeat_reshow_and_continue(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        start_painting(screen, 64)
        painting_ends(screen)
        screen.keys(IMAGE_WINDOW, "ctrl+f")  # paints the new layer, which is the active one now
        until(lambda: len(screen.layers()) == 3 and not profile.processes(), "the repeated painting")
        assert not screen.find(DIALOG)
        reopen_dialog(screen)
        screen.shoot("continue")
        screen.keys(DIALOG, "alt+o")  # Continue this painting
        press_paint(screen)
        painting_ends(screen, 4)
        settings = settings_of_active_layer(screen)
        assert settings["working-size"] == 64, "the last settings were forgotten"
        assert settings["continue"] is True
        # Its photograph is what its predecessor was made from: the layer below that.
        assert settings["photograph"]["name"] == STYLE + "bal-du-moulin-de-la-galette"
        screen.shoot("continued")
        # Repeated on a layer that is no painting, it paints that as a photograph.
        activate(screen, 3)
        screen.keys(IMAGE_WINDOW, "ctrl+f")
        until(lambda: len(screen.layers()) == 5 and not profile.processes(), "the photograph painted")
        assert settings_of_active_layer(screen)["continue"] is False


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
        screen.keys(IMAGE_WINDOW, "ctrl+z")
        settings_return(screen)
        assert screen.layers() == ["cat.png"] and healthy(screen), screen.log()


def test_layer_that_is_changed_meanwhile_is_left_as_it_stands(profile):
    layer = "(car (gimp-image-get-active-layer (first-image)))"
    with Screen(profile, IMAGES / "cat.png") as screen:
        for change in (f"(gimp-item-set-lock-content {layer} TRUE)",
                       f"""(let ((layer {layer}) (group (car (gimp-layer-group-new (first-image)))))
                             (gimp-image-insert-layer (first-image) group 0 0)
                             (gimp-image-reorder-item (first-image) layer group 0)
                             (gimp-item-set-lock-content group TRUE))""",
                       f"(gimp-layer-resize {layer} 900 900 0 0)",
                       "(gimp-image-convert-grayscale (first-image))"):
            open_dialog(screen)
            start_painting(screen, 448)
            layer_appears(screen)
            shown_anew(screen)
            screen.ask(change)
            screen.gone(DIALOG)
            screen.window(MESSAGE)
            screen.shoot("changed-meanwhile")
            until(lambda: not profile.processes(), "the plug-in's end")
            assert len(screen.layers()) == 2 and healthy(screen), f"{change}\n{screen.log()}"
            screen.keys(MESSAGE, "Escape")
            screen.gone(MESSAGE)
            screen.ask("(gimp-image-remove-layer (first-image) "
                       "(vector-ref (cadr (gimp-image-get-layers (first-image))) 0))")


def test_a_layer_is_the_style_and_then_painted_like_another(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        screen.keys(DIALOG, "alt+l")
        screen.shoot("dialog-layer")
        start_painting(screen, 64)
        painting_ends(screen)
        assert screen.layers() == [STYLE + "cat.png", "cat.png"]
        activate(screen, 1)
        screen.keys(IMAGE_WINDOW, "alt+r", "a", "l")
        screen.window(REPLAY)
        screen.move(REPLAY, 0, 0)
        screen.shoot("replay")
        screen.keys(REPLAY, "alt+p")
        until(lambda: len(screen.layers()) == 3 and not profile.processes(), "the replayed painting")
        assert screen.layers()[1] == STYLE + "cat.png #1"
        assert "CRITICAL" not in screen.log()


def test_layers_of_an_image_opened_meanwhile_are_listed(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        screen.keys(DIALOG, "alt+l")
        # A display's window has the keyboard now.
        screen.ask(f"""(set! other (car (gimp-display-new
          (car (gimp-file-load RUN-NONINTERACTIVE "{IMAGES}/great-wave.png" "wave")))))""")
        screen.focus(IMAGE_WINDOW)
        screen.keys(DIALOG, "Tab", "Up")
        screen.shoot("dialog-layer-opened-meanwhile")
        start_painting(screen, 64)
        screen.gone(DIALOG)
        until(lambda: not profile.processes(), "the plug-in's end")
        assert screen.layers() == [STYLE + "Background", "cat.png"], screen.layers()
        # Its style is gone, which is all that is forgotten.
        screen.ask("(gimp-display-delete other)")
        screen.settle()
        reopen_dialog(screen)
        screen.keys(DIALOG, "alt+g")
        press_paint(screen)
        painting_ends(screen, 3)
        settings = settings_of_active_layer(screen)
        assert (settings["style-file"], settings["working-size"]) == ("bal-du-moulin-de-la-galette", 64), settings


def colours(screen, left, top, right, bottom):
    """How many colours there are in a part of the screen."""
    pixels = Pixels(screen.shoot("settling"))
    return len({pixels.at(x, y) for x in range(left, right) for y in range(top, bottom)})


def test_style_file_of_gimps_own_kind_is_shown(profile):
    style = profile.file("chosen.xcf")
    with Screen(profile, IMAGES / "cat.png") as screen:
        screen.ask(f"""(let ((image (car (gimp-file-load RUN-NONINTERACTIVE "{IMAGES}/great-wave.png" "wave"))))
          (gimp-file-save RUN-NONINTERACTIVE image (active image) "{style}" "chosen")
          (gimp-image-delete image))""")
        open_dialog(screen)
        screen.keys(DIALOG, "alt+f")
        assert colours(screen, 60, 70, 180, 190) < 100, "a picture is shown before there is one"
        screen.keys(DIALOG, "Tab", "Return")
        chooser = "Choose a Style"
        screen.window(chooser)
        screen.focus(chooser)
        screen.type(str(style))
        screen.keys(chooser, "Return")
        screen.gone(chooser)
        until(lambda: colours(screen, 60, 70, 180, 190) > 1000, "the picture of the style", patience=PROMPT)
        screen.shoot("dialog-xcf")


def test_a_file_is_the_style_and_reset_brings_back_the_defaults(profile):
    style = profile.file("chosen.jpg")
    shutil.copy(IMAGES / "rocket.jpg", style)
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        screen.keys(DIALOG, "alt+s", "ctrl+a")
        screen.type("90\t")
        screen.keys(DIALOG, "alt+k", "alt+f", "Tab", "Return")
        chooser = "Choose a Style"
        screen.window(chooser)
        screen.focus(chooser)
        screen.type(str(style))  # its first letter, a slash, opens a line for a path
        screen.shoot("chooser")
        screen.keys(chooser, "Return")
        screen.gone(chooser)
        screen.settle()
        screen.shoot("dialog-file")
        start_painting(screen, 64)
        painting_ends(screen)
        assert screen.layers()[0] == STYLE + "chosen"
        assert {"strength": 90, "keep-colors": True}.items() <= settings_of_active_layer(screen).items()
        reopen_dialog(screen)
        screen.keys(DIALOG, "alt+r")
        start_painting(screen, 64)
        painting_ends(screen, 3)
        assert {"strength": 50, "keep-colors": False}.items() <= settings_of_active_layer(screen).items()


def settings_of_active_layer(screen):
    text = screen.ask('(caddr (car (gimp-item-get-parasite (car (gimp-image-get-active-layer (first-image))) '
                      '"impasto-settings")))')
    return json.loads(json.loads(text))


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


def test_missing_engine_is_said_in_a_message(profile):
    engine, kept = profile.plugin / "libImpasto.so", profile.file("engine")
    shutil.move(engine, kept)
    try:
        with Screen(profile, IMAGES / "cat.png") as screen:
            screen.keys(IMAGE_WINDOW, "alt+r", "a", "n")
            screen.window(MESSAGE)
            screen.shoot("missing-engine")
            assert screen.layers() == ["cat.png"]
            assert not profile.processes()
    finally:
        shutil.move(kept, engine)


def test_help_button_opens_the_page(profile):
    """GIMP hands the page to the user's browser; here that writes down what it was given."""
    seen = profile.file("seen")
    data = profile.file("share")
    applications = data / "applications"
    applications.mkdir(parents=True, exist_ok=True)
    browser = profile.file("browser")
    browser.write_text(f'#!/bin/sh\necho "$@" >> "{seen}"\n')
    browser.chmod(0o755)
    (applications / "browser.desktop").write_text(
        f"[Desktop Entry]\nType=Application\nName=Browser\nExec={browser} %u\n"
        "MimeType=text/html;x-scheme-handler/file;\n")
    (applications / "mimeapps.list").write_text(
        "[Default Applications]\ntext/html=browser.desktop\nx-scheme-handler/file=browser.desktop\n")
    with open(profile.gimp / "gimprc", "a") as settings:
        settings.write("(help-browser web-browser)\n(user-manual-online no)\n")
    folders = {"XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(profile.file("config"))}
    with Screen(profile, IMAGES / "cat.png", **folders) as screen:
        open_dialog(screen)
        screen.keys(DIALOG, "alt+h")
        until(lambda: seen.exists() and "impasto.html" in seen.read_text(), "the help page", patience=60)


def test_dialog_speaks_the_users_language(profile):
    # A key of its own, as the menu's keys differ from language to language.
    (profile.gimp / "menurc").write_text('(gtk_accel_path "<Actions>/plug-in/plug-in-impasto" "<Primary><Alt>i")\n')
    for language, title in (("de", "Neuronaler Stil"), ("fr", "Style neuronal"), ("es", "Estilo neuronal")):
        with Screen(profile, IMAGES / "cat.png", LANGUAGE=language) as screen:
            screen.keys(IMAGE_WINDOW, "ctrl+alt+i")
            screen.window(title)
            screen.shoot(f"dialog-{language}")
