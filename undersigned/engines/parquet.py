"""Tables as Apache Parquet, by the columns of their CSV; the extra `data`. Loaded with the first table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arro3.core import Array, DataType

__all__ = ["ParquetTables", "installed"]

_BEGINNING = date(1970, 1, 1)  # a day is kept as days since then


def installed() -> bool:
    """Tell whether the library is there."""
    try:
        import arro3.core
        import arro3.io  # noqa: F401
    except ImportError:
        return False
    return True


class ParquetTables:
    """Writes tables, where the library is there."""

    def __init__(self) -> None:
        """Look for the library when the first table is to be written."""
        self._installed: bool | None = None

    def parquet(self, table: bytes, columns: Sequence[Mapping[str, Any]], source: str) -> bytes | None:
        """Give a table of CSV (RFC 4180, a header row) as Parquet: the same bytes for the same table.

        `columns` are described as CSVW does, with `datatype` string, integer or date; an empty cell is missing unless
        its column is `required`. `source` stands in the file's metadata, the one key of it: the library writes
        several in any order. None without the library.
        """
        if self._installed is None:
            self._installed = installed()
        return _written(table, columns, source) if self._installed else None


def _written(table: bytes, columns: Sequence[Mapping[str, Any]], source: str) -> bytes:
    from arro3.core import Field, Schema, Table
    from arro3.io import write_parquet

    rows = list(csv.DictReader(io.StringIO(table.decode(), newline="")))
    fields, arrays = [], []
    for column in columns:
        kind, array = _column([row[column["name"]] for row in rows], column["datatype"])
        fields.append(Field(column["name"], kind, nullable=not column.get("required", False)))
        arrays.append(array)
    data = io.BytesIO()
    made = Table.from_arrays(arrays, schema=Schema(fields))
    write_parquet(made, data, compression="snappy", key_value_metadata={"source": source})
    return data.getvalue()


def _column(cells: Sequence[str], kind: str) -> tuple[DataType, Array]:
    """Give the type of a column and its values. Raises KeyError for a kind that no table of ours has."""
    from arro3.core import Array, DataType

    text, whole, day = DataType.utf8(), DataType.int64(), DataType.date32()
    if kind == "string":
        return text, Array([cell or None for cell in cells], type=text)
    if kind == "integer":
        return whole, Array([int(cell) if cell else None for cell in cells], type=whole)
    days = [(date.fromisoformat(cell) - _BEGINNING).days if cell else None for cell in cells]
    return {"date": day}[kind], Array(days, type=DataType.int32()).cast(day)
