"""Painting again: with the last settings, on what was painted already, and like another layer."""
from dialog import (CLOSE, DIALOG, IMAGE_WINDOW, MESSAGE, STYLE, activate, healthy, layer_appears, open_dialog,
                    painting_ends, press_paint, reopen_dialog, settings_of_active_layer, start_painting)
from gimp import IMAGES
from screen import Screen
from server import until

REPLAY = "Like Another Layer"


def test_repeat_reshow_and_continue(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        start_painting(screen, 64)
        painting_ends(screen)
        screen.keys(IMAGE_WINDOW, "ctrl+f")  # paints the new layer, which is the active one now
        until(lambda: len(screen.layers()) == 3 and not profile.processes(), "the repeated painting")
        assert not screen.find(DIALOG)
        screen.ask("""(gimp-item-set-name (vector-ref (cadr (gimp-image-get-layers (first-image))) 1) "Renamed")""")
        reopen_dialog(screen)
        screen.shoot("continue")
        screen.keys(DIALOG, "alt+o")  # Continue this painting
        press_paint(screen)
        painting_ends(screen, 4)
        settings = settings_of_active_layer(screen)
        assert settings["working-size"] == 64, "the last settings were forgotten"
        assert settings["continue"] is True
        # Its photograph is what its predecessor was made from: the layer below that.
        assert settings["photograph"]["name"] == "Renamed"
        screen.shoot("continued")
        # Repeated on a layer that is no painting, it paints that as a photograph.
        activate(screen, 3)
        screen.keys(IMAGE_WINDOW, "ctrl+f")
        until(lambda: len(screen.layers()) == 5 and not profile.processes(), "the photograph painted")
        assert settings_of_active_layer(screen)["continue"] is False


def test_repeating_ends_without_a_word_when_the_image_is_closed(profile):
    with Screen(profile, IMAGES / "cat.png") as screen:
        open_dialog(screen)
        start_painting(screen, 128)
        painting_ends(screen)
        screen.keys(IMAGE_WINDOW, "ctrl+f")
        layer_appears(screen, 3)
        screen.ask(CLOSE)
        until(lambda: not profile.processes(), "the plug-in's end")
        screen.settle()
        assert not screen.find(MESSAGE) and healthy(screen), screen.log()


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
