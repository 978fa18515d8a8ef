"""Pin every clause that is cited and whose text is kept: jurisdictions/cn/anchors.yaml.

    python tools/anchors.py TEXTS            write it from the texts in this folder
    python tools/anchors.py TEXTS --check    exit 1 when the file is not what would be written
    python tools/anchors.py TEXTS --of DIR   the same for records with claims: DIR/anchors.yaml

Texts are <record>.txt, one paragraph on a line. Cited are the clauses of rules, facts and claims.
"""

import argparse
import sys
from pathlib import Path

from openccer.policy.anchors import (
    ANCHORS,
    cited,
    load_own,
    make_anchors,
    read_texts,
    written,
)
from openccer.policy.load import cn_base
from openccer.rulebook.load import cn_folder, load_cn, load_cn_facts
from openccer.rulebook.notes import load_cn_notes


def main() -> int:
    """Write the file, or say what is not in it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("texts", type=Path, help="the folder of the kept texts")
    asked.add_argument("--of", type=Path, metavar="DIR", help="records with claims of your own")
    asked.add_argument("--check", action="store_true", help="write nothing; exit 1 if it is stale")
    given = asked.parse_args()
    texts = read_texts(given.texts)
    if given.of:
        folder, cites = given.of, cited([], load_own(given.of))
    else:
        folder = cn_folder()
        cites = cited([load_cn(), load_cn_facts()], cn_base(), load_cn_notes().values())
    anchors = make_anchors(cites, texts)
    for cite in cites:
        if cite.record in texts and cite not in anchors.clauses:
            sys.stderr.write(f"not in the text: {cite}\n")
    path, text = folder / ANCHORS, written(anchors)
    if given.check:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{path} is stale: run tools/anchors.py\n")
            return 1
        return 0
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}: {len(anchors.clauses)} clauses of {len(anchors.texts)} texts\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
