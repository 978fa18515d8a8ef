"""`openccer import`: what others wrote, read into plain records. Nothing of it goes into a log."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from openccer.cli.exports import Stated, not_readable, stated_profile
from openccer.cli.options import Json
from openccer.cli.output import emit, guarded, out
from openccer.interop.exports.cadtrust import read as cadtrust_read
from openccer.interop.exports.cdop import read as cdop_read
from openccer.interop.exports.folder import json_bytes
from openccer.interop.exports.plain import Plain
from openccer.interop.exports.wrong import InteropError
from openccer.kernel import canonical

importing = typer.Typer(
    no_args_is_help=True, help="Tables of others read into plain records, not into a log."
)

Folder = Annotated[Path, typer.Argument(help="The folder with the files.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the records to this file.")]


@importing.command("cadtrust")
@guarded
def cadtrust(
    folder: Folder, profile: Stated = None, file: Out = None, as_json: Json = False
) -> None:
    """Read CAD Trust v2 tables; exit 2 with every ground when something is wrong with them."""
    stated = stated_profile(profile, as_json)
    _read(lambda: cadtrust_read.read(folder, stated), file, as_json)


@importing.command("cdop")
@guarded
def cdop(folder: Folder, file: Out = None, as_json: Json = False) -> None:
    """Read Carbon Data Open Protocol documents; exit 2 with every ground when one is wrong."""
    _read(lambda: cdop_read.read(folder), file, as_json)


def _read(reader: Callable[[], Plain], file: Path | None, as_json: bool) -> None:
    try:
        found = reader()
    except InteropError as error:
        not_readable(error, as_json)
    record: dict[str, Any] = canonical.plain(found)
    if file is not None:
        file.write_bytes(json_bytes(record))
    if as_json:
        emit(record)
        return
    for name, records in record.items():
        out.print(f"{name}: {len(records)}")
