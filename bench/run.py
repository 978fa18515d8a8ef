"""Every benchmark, one after the other; each prints its table and writes bench/out/<name>.json."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run each file of this folder by itself, so that none warms up another."""
    failed = 0
    for path in sorted(HERE.glob("*.py")):
        if path.name == "run.py":
            continue
        print(f"== {path.stem}", flush=True)
        failed += subprocess.run([sys.executable, str(path)], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
