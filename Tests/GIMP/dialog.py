"""The dialog and the image's window, as their user handles them."""
import json

from pictures import write_large_png
from screen import PROMPT
from server import until

IMAGE_WINDOW = "GIMP$"
DIALOG = r"^Neural Style \(Impasto\)"
CHOOSER = "Choose a Style"
MESSAGE = "GIMP Message"
STYLE = "Impasto: "

# Closes the window of the image, and with it the image.
CLOSE = "(gimp-display-delete 1)"


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


def choose_file(screen, path):
    """Takes a file for the style, from the dialog's page for files."""
    screen.keys(DIALOG, "Tab", "Return")
    screen.window(CHOOSER)
    screen.focus(CHOOSER)
    screen.type(str(path))  # its first letter, a slash, opens a line for a path
    screen.shoot("chooser")
    screen.keys(CHOOSER, "Return")
    screen.gone(CHOOSER)
    screen.settle()


def choose_large_file(screen, profile):
    """Opens the dialog and takes a style that is read for seconds."""
    style = profile.file("large.png")
    write_large_png(style, 9000)
    open_dialog(screen)
    screen.keys(DIALOG, "alt+f")
    choose_file(screen, style)


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


def convert(screen, *keys, dialog):
    """Converts the image by the keys of the menu and the dialog that comes up, with what that dialog offers.

    Script-Fu's server is not asked for this while a layer grows. Its progress callback lets GIMP answer other plug-ins in
    the middle of a colour conversion, and for one that wants a tile which is being converted GIMP then waits for ever, in
    the very thread that converts it. From the menu there is no such callback.
    """
    screen.keys(IMAGE_WINDOW, *keys)
    screen.window(dialog)
    screen.shoot("conversion")
    screen.keys(dialog, "Return")
    screen.gone(dialog)


def convert_to_grayscale(screen):
    convert(screen, "alt+i", "m", "g", dialog="^Grayscale Conversion")


def convert_to_built_in_profile(screen):
    convert(screen, "alt+i", "n", "c", dialog="^Convert to ICC Color Profile")


def activate(screen, position):
    screen.ask("(gimp-image-set-active-layer (first-image) "
               f"(vector-ref (cadr (gimp-image-get-layers (first-image))) {position}))")


def unsaved(screen):
    return screen.ask("(car (gimp-image-is-dirty (first-image)))") == "1"


def healthy(screen):
    """Nothing was said by GIMP of its inside, in particular of what its history names."""
    return not any(word in screen.log() for word in ("inconsistent", "CRITICAL", "WARNING", "erminat"))


def settings_of_active_layer(screen):
    text = screen.ask('(caddr (car (gimp-item-get-parasite (car (gimp-image-get-active-layer (first-image))) '
                      '"impasto-settings")))')
    return json.loads(json.loads(text))
