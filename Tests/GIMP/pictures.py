"""Picture files, read and written by hand: what the tests look at is not to depend on what they test."""
import struct
import zlib


class Pixels:
    """The pixels of a binary PNM file of 8 bits."""

    def __init__(self, path):
        data = path.read_bytes()
        words, position = [], 0
        while len(words) < 4:
            end = position
            while data[end:end + 1] not in (b" ", b"\n", b"\t"):
                end += 1
            word = data[position:end]
            if word.startswith(b"#"):
                end = data.index(b"\n", position)
            elif word:
                words.append(word)
            position = end + 1
        assert words[0] in (b"P5", b"P6") and words[3] == b"255", f"{path} is not plain PNM: {words}"
        self.channels = 3 if words[0] == b"P6" else 1
        self.width, self.height = int(words[1]), int(words[2])
        self.values = data[position:position + self.width * self.height * self.channels]

    def difference(self, other):
        """The mean absolute difference, 0..255."""
        assert (self.width, self.height, self.channels) == (other.width, other.height, other.channels)
        return sum(abs(a - b) for a, b in zip(self.values, other.values)) / len(self.values)

    def coarse_difference(self, other, side=10):
        """The mean absolute difference of the means of blocks: of colours, not of strokes."""
        return sum(abs(a - b) for a, b in zip(self.blocks(side), other.blocks(side))) / len(self.blocks(side))

    def blocks(self, side):
        """The mean of every channel in every block of side x side pixels."""
        means = []
        for top in range(0, self.height, side):
            for left in range(0, self.width, side):
                rows, columns = range(top, min(top + side, self.height)), range(left, min(left + side, self.width))
                pixels = [self.at(x, y) for y in rows for x in columns]
                means += [sum(channel) / len(pixels) for channel in zip(*pixels)]
        return means

    def means(self):
        count = len(self.values) // self.channels
        return [sum(self.values[channel::self.channels]) / count for channel in range(self.channels)]

    def deviation(self):
        mean = sum(self.values) / len(self.values)
        return (sum((value - mean) ** 2 for value in self.values) / len(self.values)) ** 0.5

    def at(self, x, y):
        start = (y * self.width + x) * self.channels
        return tuple(self.values[start:start + self.channels])


def write_large_png(path, side):
    """A picture of side x side pixels of one colour, a large one in a small file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(1)
    rows = b"".join([packer.compress(bytes(1 + 3 * side)) for _ in range(side)] + [packer.flush()])
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def write_float_tiff(path, width, height, pixels):
    """An RGBA TIFF of 32-bit floats, uncompressed, `pixels` a flat list."""
    strip = struct.pack(f"<{len(pixels)}f", *pixels)
    tags = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 4, 0), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 0),
            (277, 3, 1, 4), (278, 3, 1, height), (279, 4, 1, len(strip)), (284, 3, 1, 1), (338, 3, 1, 2),
            (339, 3, 4, 0)]
    after = 8 + 2 + 12 * len(tags) + 4
    values = {258: after, 339: after + 8, 273: after + 16}
    directory = struct.pack("<H", len(tags))
    for tag, kind, count, value in tags:
        directory += struct.pack("<HHI", tag, kind, count)
        value = values.get(tag, value)
        directory += struct.pack("<HH", value, 0) if kind == 3 and count == 1 else struct.pack("<I", value)
    directory += struct.pack("<I", 0)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<4H", 32, 32, 32, 32)
                     + struct.pack("<4H", 3, 3, 3, 3) + strip)


def write_profile(path, primaries, gamma, model=b"RGB "):
    """An ICC version 2 profile of three primaries in XYZ under D50 (or none, for gray), and one gamma."""
    def s15(value):
        return struct.pack(">i", round(value * 65536))

    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    text = b"Tests' own"
    description = b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + bytes(1) + bytes(78 + 1)
    description += bytes(-len(description) % 4)
    white = b"XYZ " + bytes(4) + s15(0.9642) + s15(1.0) + s15(0.8249)
    tags = [(b"desc", description), (b"cprt", b"text" + bytes(4) + b"none" + bytes(4)), (b"wtpt", white)]
    if model == b"GRAY":
        tags.append((b"kTRC", curve))
    else:
        for name, xyz in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries):
            tags.append((name, b"XYZ " + bytes(4) + b"".join(s15(value) for value in xyz)))
        tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    size = offset + len(body)
    header = struct.pack(">I", size) + b"\0\0\0\0" + struct.pack(">I", 0x02400000) + b"mntr" + model + b"XYZ "
    header += struct.pack(">6H", 2025, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + s15(0.9642) + s15(1.0) + s15(0.8249)
    header += bytes(128 - len(header))
    path.write_bytes(header + struct.pack(">I", len(tags)) + table + body)
