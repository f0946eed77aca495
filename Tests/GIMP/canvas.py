"""What the canvas shows."""
from pictures import Pixels
from screen import SIZE
from server import until

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
    frame = screen.frame()
    left, top, right, bottom = CANVAS
    return [frame[4 * (y * SIZE[0] + left):4 * (y * SIZE[0] + right)] for y in range(top, bottom)]


def shown_anew(screen):
    """Waits until the painting has just been shown: for most of a second it will not be written to again."""
    before = canvas(screen)
    until(lambda: canvas(screen) != before, "the painting to be shown", pause=0.01)


def grows(screen):
    """Waits until the new layer shows more than a copy of the photograph."""
    first = Pixels(screen.shoot("painting-begun"))
    until(lambda: difference_on_canvas(first, Pixels(screen.shoot("painting-grown"))) > 1.5,
          "the layer to grow on the canvas", pause=0.5)
