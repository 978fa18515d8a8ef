"""A QR code of a page read by a reader that did not write it: ZXing, over the drawn modules."""

import re

import zxingcpp
from PIL import Image, ImageDraw

SCALE = 4


def scan(page: str) -> str:
    """The text of the one code on the page."""
    found = re.findall(r'<svg viewBox="0 0 (\d+) \d+" class="qr">(.*?)</svg>', page)
    assert len(found) == 1, "not one code on the page"
    size, drawn = int(found[0][0]), found[0][1]
    image = Image.new("L", (size * SCALE, size * SCALE), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in runs(re.findall(r'<path[^>]* stroke="#000" d="([^"]+)"', drawn)[0]):
        corner = (x * SCALE, y * SCALE, (x + length) * SCALE - 1, (y + 1) * SCALE - 1)
        draw.rectangle(corner, fill=0)
    return read(image)


def runs(path: str) -> list[tuple[int, int, int]]:
    """(column, row, modules) of each dark run of `M4 4.5h7m2 0h6m-81 1h1…`."""
    found, x, y = [], 0, 0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        given = [float(one) for one in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            found.append((x, y, int(given[0])))
            x += int(given[0])
        else:
            base = (x, y) if command == "m" else (0, 0)
            x, y = base[0] + int(given[0]), base[1] + int(given[1])
    return found


def read(image: Image.Image) -> str:
    """The text of the one code in a picture."""
    codes = zxingcpp.read_barcodes(image)
    assert len(codes) == 1, "not one code in the picture"
    text: str = codes[0].text
    return text
