"""The dialog: what it offers, shows and says."""
import re
import shutil
import struct
import subprocess
import time

from dialog import (CHOOSER, CLOSE, DIALOG, IMAGE_WINDOW, MESSAGE, STYLE, choose_file, choose_large_file, healthy,
                    open_dialog, painting_ends, press_paint, reopen_dialog, set_working_size, settings_of_active_layer,
                    start_painting, state)
from gimp import IMAGES
from heartbeat import Heartbeat, assert_lively
from labels import Labels
from pictures import Pixels, write_profile
from screen import PROMPT, Screen
from server import until
from test_colours import SRGB
from test_long import Peaks, worked


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


def come_back(screen):
    """The user has done something elsewhere."""
    screen.focus(f"{IMAGE_WINDOW}|^GNU Image Manipulation Program")  # which it is called without an image
    screen.focus(DIALOG)


def test_what_is_said_and_painted_follows_the_selection(profile):
    labels = Labels(profile)

    def select(x, y, width, height):
        screen.ask(f"(gimp-image-select-rectangle (first-image) CHANNEL-OP-REPLACE {x} {y} {width} {height})")

    def move_layer(x):
        screen.ask(f"(gimp-layer-set-offsets (car (gimp-image-get-active-layer (first-image))) {x} 0)")

    def says(words):
        until(lambda: words in labels.said()[-1], f"“{words}” to be said", patience=PROMPT)

    with Screen(profile, IMAGES / "cat.png", **labels.environment) as screen:
        open_dialog(screen)
        says("painting at 451 × 300 pixels")
        select(20, 10, 100, 60)
        come_back(screen)
        says("painting at 100 × 60 pixels")
        move_layer(200)
        come_back(screen)
        says("The selection does not touch the layer")
        screen.keys(DIALOG, "alt+p")
        assert state(screen) == "settings", "what cannot be painted is painted"
        move_layer(0)
        come_back(screen)
        says("painting at 100 × 60 pixels")
        # And once more before the dialog could notice: what counts is what is selected when Paint is pressed.
        select(40, 30, 50, 40)
        press_paint(screen)
        painting_ends(screen)
        assert screen.ask("(bounds (car (gimp-image-get-active-layer (first-image))))") == "(40 30 50 40)"
        assert healthy(screen), screen.log()


def test_paint_hears_the_click_of_a_pointer_that_was_there_before(profile):
    """GTK 2's buttons do not, when they become sensitive under it, unless they move: as they do here where the sentence above
    takes another number of lines, so that this passes without the button's own mend, too."""
    with Screen(profile, IMAGES / "cat.png") as screen:
        screen.ask("(gimp-image-select-rectangle (first-image) CHANNEL-OP-REPLACE 20 10 100 60)")
        open_dialog(screen)
        set_working_size(screen, 64)
        screen.ask("(gimp-layer-set-offsets (car (gimp-image-get-active-layer (first-image))) 200 0)")
        come_back(screen)
        screen.settle()
        _, _, width, height = screen.position(DIALOG)
        screen.xdotool("mousemove", "--window", screen.find(DIALOG), width - 60, height - 37)
        screen.settle()
        screen.xdotool("click", "1")
        screen.settle()
        assert state(screen) == "settings", "what cannot be painted is painted"
        screen.ask("(gimp-selection-none (first-image))")
        come_back(screen)
        screen.settle()
        screen.xdotool("click", "1")
        painting_ends(screen)


def test_image_may_be_changed_while_the_dialog_is_open(profile):
    """GIMP ends a plug-in that reads pixels which are gone: those of a selection that is cropped, or of a mask."""
    image, layer = "(first-image)", "(car (gimp-image-get-active-layer (first-image)))"
    masked = f"""(begin (gimp-selection-none {image})
      (gimp-image-scale {image} 4000 2600)
      (gimp-layer-add-mask {layer} (car (gimp-layer-create-mask {layer} ADD-MASK-WHITE)))
      (gimp-layer-set-edit-mask {layer} FALSE))"""
    selected = f"""(begin (gimp-image-scale {image} 4000 2600)
      (gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE 10 10 3900 2500))"""
    # Without a history, what is taken away is gone at once.
    with Screen(profile, IMAGES / "cat.png") as screen:
        screen.ask(f"(gimp-image-undo-disable {image})")
        for before, change in ((masked, f"(gimp-layer-remove-mask {layer} MASK-APPLY)"),
                               (selected, f"(gimp-image-crop {image} 300 200 2000 1500)")):
            screen.ask(before)
            open_dialog(screen)
            come_back(screen)
            time.sleep(0.3)  # for whoever would read the pixels to be in the middle of it
            screen.ask(change)
            come_back(screen)
            start_painting(screen, 64)
            painting_ends(screen)
            assert screen.layers()[0].startswith(STYLE) and not screen.find(MESSAGE) and healthy(screen), screen.log()
            screen.ask(f"(begin (gimp-image-remove-layer {image} {layer}) (gimp-displays-flush))")


def memory_said_and_taken(profile, photograph, style, before, size):
    """What the dialog says of memory, and the most that the plug-in's process then has, in bytes."""
    labels = Labels(profile)
    with Screen(profile, photograph, **labels.environment) as screen, Peaks(profile) as peaks:
        screen.ask(before)
        open_dialog(screen)
        if style is not None:
            screen.keys(DIALOG, "alt+f")
            choose_file(screen, style)
        set_working_size(screen, 128)
        until(lambda: f"painting at {size} pixels" in labels.said()[-1], "that to be said", patience=PROMPT)
        number, unit = re.search(r"([0-9.]+) ([MG])B of memory", labels.said()[-1]).groups()
        press_paint(screen)
        screen.gone(DIALOG)
        until(lambda: not profile.processes(), "the plug-in's end")
    return float(number) * {"M": 1e6, "G": 1e9}[unit], max(peaks.of.values())


def test_memory_is_said_as_it_is_taken(profile):
    """Where much of it is for a style that is larger than the engine needs it, and where it is for a large layer, its
    alpha and a soft selection."""
    photograph, style = profile.file("large.jpg"), profile.file("large style.jpg")
    for path, size in ((photograph, "2400x1600!"), (style, "4000x3000!")):
        subprocess.run(["convert", IMAGES / "rocket.jpg", "-resize", size, path], check=True)
    see_through = """(let ((layer (car (gimp-image-get-active-layer (first-image)))))
      (gimp-layer-add-alpha layer)
      (gimp-image-select-rectangle (first-image) CHANNEL-OP-REPLACE 0 0 300 300)
      (gimp-drawable-edit-clear layer)
      (gimp-image-select-ellipse (first-image) CHANNEL-OP-REPLACE 10 10 2380 1580)
      (gimp-selection-feather (first-image) 20))"""
    for case in ((IMAGES / "cat.png", style, "#t", "128 × 85"), (photograph, None, see_through, "128 × 85")):
        said, taken = memory_said_and_taken(profile, *case)
        assert abs(taken / said - 1) < 0.25, f"{said / 1e6:.0f} MB are said, {taken / 1e6:.0f} MB are taken"


def test_dialog_of_an_image_that_has_been_closed_says_so(profile):
    labels = Labels(profile)
    with Screen(profile, IMAGES / "cat.png", **labels.environment) as screen:
        open_dialog(screen)
        screen.ask(CLOSE)
        come_back(screen)
        until(lambda: labels.said()[-1] == "The layer that was to be painted is gone.", "that to be said", PROMPT)
        screen.keys(DIALOG, "alt+p")
        assert state(screen) == "settings", "what is gone is painted"
        screen.keys(DIALOG, "Escape")
        screen.gone(DIALOG)
        assert healthy(screen), screen.log()


def colours(screen, left, top, right, bottom):
    """How many colours there are in a part of the screen."""
    pixels = Pixels(screen.shoot("settling"))
    return len({pixels.at(x, y) for x in range(left, right) for y in range(top, bottom)})


def status_bar(screen):
    """What the image's window shows at the bottom."""
    left, top, width, height = screen.position(IMAGE_WINDOW)
    pixels, columns = Pixels(screen.shoot("settling")), range(left + 200, left + width - 200)
    return [pixels.at(x, y) for y in range(top + height - 30, top + height - 5) for x in columns]


def test_style_file_of_a_kind_that_only_gimp_reads_is_shown_and_painted_by(profile):
    """GIMP starts a program to open one, which takes a while; the dialog stays alive."""
    style = profile.file("chosen.psd")
    with Screen(profile, IMAGES / "cat.png") as screen:
        screen.ask(f"""(let ((image (car (gimp-file-load RUN-NONINTERACTIVE "{IMAGES}/great-wave.png" "wave"))))
          (gimp-file-save RUN-NONINTERACTIVE image (active image) "{style}" "chosen")
          (gimp-image-delete image))""")
        open_dialog(screen)
        screen.keys(DIALOG, "alt+f")
        assert colours(screen, 60, 70, 180, 190) < 100, "a picture is shown before there is one"
        before, window = status_bar(screen), screen.find(DIALOG)
        with Heartbeat(screen, window) as heartbeat:
            choose_file(screen, style)
            until(lambda: colours(screen, 60, 70, 180, 190) > 1000, "the picture of the style", patience=PROMPT)
        screen.shoot("dialog-psd")
        assert_lively(DIALOG, heartbeat.answers[int(window)])
        until(lambda: status_bar(screen) == before, "GIMP's progress bar to be gone", patience=PROMPT)
        start_painting(screen, 64)
        painting_ends(screen)
        assert screen.layers() == [STYLE + "chosen", "cat.png"] and healthy(screen), screen.log()


def test_paint_is_pressed_before_the_picture_of_the_style_is_there(profile):
    """It is of a kind that gdk-pixbuf refuses after a while. To have GIMP open it then would be a second thread that
    talks to GIMP, and to press Paint while GIMP opens it likewise."""
    style, icc = profile.file("float.tif"), profile.file("other.icc")
    write_profile(icc, (SRGB[2], SRGB[0], SRGB[1]), 1.8)
    subprocess.run(["convert", IMAGES / "rocket.jpg", "-resize", "4000x3000!", "+profile", "*", "-profile", icc,
                    "-depth", "32", "-define", "quantum:format=floating-point", "-compress", "none", style])  # grumbles
    assert style.stat().st_size > 100_000_000
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        set_working_size(screen, 64)
        screen.keys(DIALOG, "alt+f", "Tab", "Return")
        screen.window(CHOOSER)
        screen.focus(CHOOSER)
        screen.type(str(style))
        screen.xdotool("key", "Return")
        until(lambda: not screen.find(CHOOSER), "the end of the chooser", pause=0)
        screen.focus(DIALOG)
        screen.xdotool("key", "alt+p")
        painting_ends(screen)
        assert screen.layers() == [STYLE + "float", "cat.png"] and healthy(screen), screen.log()
        assert not screen.find(MESSAGE)


def test_a_photograph_as_the_style_is_shown_upright(profile):
    """The left half of its pixels is black, which is the top of the picture as its camera was held (orientation 6)."""
    style, plain = profile.file("upright.jpg"), profile.file("plain.jpg")
    subprocess.run(["convert", "-size", "200x200", "xc:white", "-fill", "black", "-draw", "rectangle 0,0 99,199",
                    plain], check=True)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0)
    jpeg = plain.read_bytes()
    style.write_bytes(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(exif)) + exif + jpeg[2:])
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        screen.keys(DIALOG, "alt+f")
        choose_file(screen, style)
        black, white = (0, 0, 0), (255, 255, 255)

        def corners():
            pixels = Pixels(screen.shoot("settling"))
            return [pixels.at(x, y) for y in (80, 170) for x in (70, 170)]
        until(lambda: set(corners()) == {black, white}, "the picture of the style", patience=PROMPT)
        screen.shoot("dialog-upright")
        assert corners() == [black, black, white, white], corners()


def test_a_picture_that_is_no_longer_wanted_is_not_shown(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        choose_large_file(screen, profile)
        screen.keys(DIALOG, "alt+g")
        screen.xdotool("key", "alt+f", "alt+l")  # away from the file before it has been read
        until(lambda: colours(screen, 60, 70, 180, 190) > 1000, "the picture of the layer", patience=PROMPT)
        until(lambda: rests(profile.processes()[0]), "the file to have been read", patience=PROMPT)
        assert colours(screen, 60, 70, 180, 190) > 1000, "the picture of the file is shown instead"


def rests(process):
    """Whether a process does hardly anything for a second."""
    before = worked(process)
    time.sleep(1)
    return worked(process) - before < 0.05


def test_a_file_is_the_style_and_reset_brings_back_the_defaults(profile):
    style = profile.file("chosen.jpg")
    shutil.copy(IMAGES / "rocket.jpg", style)
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        screen.keys(DIALOG, "alt+s", "ctrl+a")
        screen.type("90\t")
        screen.keys(DIALOG, "alt+k", "alt+f")
        choose_file(screen, style)
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


def captions(profile, language):
    """Those of the gallery in a language ("" or "[de]"), each as one line."""
    lines = (profile.plugin / "styles" / "captions.ini").read_text().splitlines()
    found = [line.partition("=") for line in lines if "=" in line]
    return {caption.replace(r"\n", " ") for key, _, caption in found if key[len(key.split("[")[0]):] == language}


def test_dialog_speaks_the_users_language(profile):
    # A key of its own, as the menu's keys differ from language to language.
    (profile.gimp / "menurc").write_text('(gtk_accel_path "<Actions>/plug-in/plug-in-impasto" "<Primary><Alt>i")\n')
    for language, title in (("de", "Neuronaler Stil"), ("fr", "Style neuronal"), ("es", "Estilo neuronal")):
        labels = Labels(profile)
        with Screen(profile, IMAGES / "cat.png", LANGUAGE=language, **labels.environment) as screen:
            screen.keys(IMAGE_WINDOW, "ctrl+alt+i")
            screen.window(title)
            screen.click(title, 300, 200)  # another painting of the gallery
            screen.shoot(f"dialog-{language}")
        shown = set(labels.said()) & captions(profile, f"[{language}]")
        assert shown - captions(profile, ""), f"no caption is shown in {language}: {labels.said()}"
