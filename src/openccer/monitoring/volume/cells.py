"""A month in flat arrays: one cell per interval and meter, and the rows that were set aside.

A reading that may stand and whose cell is free lies in its cell. A row that cannot be a reading,
and every further row of a cell, is set aside, to be looked at one by one at the end. What comes
out does not depend on the order of the rows.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openccer.monitoring.volume.plan import MonthFile, Plan
from openccer.monitoring.volume.rows import FITS, has_import, limits

Whole = NDArray[np.int64]
ONE, TWO = np.int32(1), np.int32(2)


class TooManyMetersError(Exception):
    """The meters seen so far need more room than there is."""


class Cells:
    """Arrays that grow with the meters, up to `room` bytes; one cell more takes what is no reading.

    Cells of one interval lie side by side, because files are written as time goes by.
    """

    def __init__(self, file: MonthFile, plan: Plan, room: int) -> None:
        self.slots, self.room, self.net = file.hours * plan.slots, room, plan.net
        self.kind, self.rows = pa.null(), 0
        self.codes: dict[object, int] = {}
        self.width = 0
        energies = [f"e{at}" for at in range(len(plan.energies))]
        self.names = ["q", "problem", *energies, "received", "code"]
        kinds = [pa.int32(), pa.int8(), *(pa.int64() for _ in energies), pa.int64(), pa.int64()]
        self.aside = [pa.schema(zip(self.names, kinds, strict=True)).empty_table()]
        small = np.int32 if max(limits(plan)) < 1 << 31 else np.int64
        self.times: NDArray[np.int32] = np.full(1, TWO)
        self.values: list[NDArray[Any]] = [
            np.zeros(1, small) for _ in range(2 if has_import(plan) else 1)
        ]
        self.received: Whole | None = np.zeros(1, np.int64) if plan.received else None

    def add(self, batch: pa.RecordBatch) -> None:
        """Rows of the file, in any order."""
        self.rows += batch.num_rows
        code = self._code(batch["meter"])
        cell = batch["q"].to_numpy().astype(np.int64)
        cell *= self.width
        cell += code
        spare = self.slots * self.width
        cell[batch["problem"].to_numpy() != FITS] = spare
        np.add.at(self.times, cell, ONE)
        self.times[spare] = TWO
        (others,) = np.nonzero(self.times[cell] != ONE)
        if len(others):
            self._set_aside(batch, code, others)
            cell[others] = spare
        for values, energy in zip(self.values, self._energies_of(batch), strict=True):
            values[cell] = energy
        if self.received is not None:
            self.received[cell] = batch["received"].to_numpy()

    def _code(self, meter: pa.Array) -> Whole:
        """Each meter's number, in order of appearance; the arrays grow where there are more."""
        self.kind = meter.type
        coded = meter.dictionary_encode()
        names = coded.dictionary.to_pylist()
        own = np.array([self.codes.setdefault(n, len(self.codes)) for n in names], np.int64)
        if len(self.codes) > self.width:
            self._grow(len(self.codes) + len(self.codes) // 8)
        code: Whole = own[coded.indices.to_numpy()]
        return code

    def _grow(self, width: int) -> None:
        arrays = [self.times, *self.values]
        arrays += [] if self.received is None else [self.received]
        if sum(array.itemsize for array in arrays) * self.slots * width > self.room:
            raise TooManyMetersError
        self.times, *self.values = (
            self._wider(array, width) for array in (self.times, *self.values)
        )
        if self.received is not None:
            self.received = self._wider(self.received, width)
        self.width = width

    def _wider(self, array: NDArray[Any], width: int) -> NDArray[Any]:
        wider = np.zeros(self.slots * width + 1, array.dtype)
        grid = wider[:-1].reshape(self.slots, width)
        grid[:, : self.width] = array[:-1].reshape(self.slots, self.width)
        wider[-1] = array[-1]
        return wider

    def _energies_of(self, batch: pa.RecordBatch) -> list[Whole]:
        if self.net:
            net = _whole(batch["e0"])
            return [np.maximum(net, 0), np.maximum(-net, 0)]
        return [_whole(batch[f"e{at}"]) for at in range(len(self.values))]

    def _set_aside(self, batch: pa.RecordBatch, code: Whole, rows: NDArray[np.intp]) -> None:
        columns = [batch[name].take(pa.array(rows)) for name in self.names[:-1]]
        self.aside.append(pa.table([*columns, pa.array(code[rows])], self.names))

    def disputed(self) -> pa.Table:
        """Every row of the cells for which one was set aside; these cells are free then."""
        aside = pa.concat_tables(self.aside)
        cell = aside["q"].to_numpy() * np.int64(self.width) + aside["code"].to_numpy()
        cells, where = np.unique(cell, return_inverse=True)
        fitting = np.bincount(where[aside["problem"].to_numpy() == FITS], minlength=len(cells))
        held = cells[self.times[cells] > fitting]  # one more came than was set aside
        lying = [values[held].astype(np.int64) for values in self.values]
        energies = [lying[0] - lying[1]] if self.net else lying
        columns = [
            (held // self.width).astype(np.int32),
            np.full(len(held), FITS, np.int8),
            *energies,
            np.zeros(len(held), np.int64) if self.received is None else self.received[held],
            held % self.width,
        ]
        self.times[cells] = 0
        for values in self.values:
            values[cells] = 0
        return pa.concat_tables([aside, pa.table(columns, self.names)])

    def accept(self, q: NDArray[Any], code: Whole, *energies: Whole) -> None:
        """What was decided on cells in dispute."""
        cell = q * np.int64(self.width) + code
        self.times[cell] = ONE
        for values, energy in zip(self.values, energies, strict=False):
            values[cell] = energy

    @property
    def meters(self) -> pa.Array:
        return pa.array(list(self.codes), self.kind)

    @property
    def read(self) -> NDArray[np.bool_]:
        """Whether there is a reading: a row per interval, a column per meter."""
        return self._grid(self.times) > 0

    @property
    def energies(self) -> list[NDArray[Any]]:
        """Export, and import where there is any, as rows of intervals; 0 where nothing is read."""
        return [self._grid(values) for values in self.values]

    def _grid(self, array: NDArray[Any]) -> NDArray[Any]:
        return array[:-1].reshape(self.slots, self.width)[:, : len(self.codes)]


def _whole(column: pa.Array) -> Whole:
    """The numbers of a column; 0 where there is none."""
    values: Whole = column.fill_null(0).to_numpy()
    return values
