"""Readings at volume: a folder with one Parquet file per month, many meters, one kernel per file.

`kernel` turns one file into integers and depends on nothing but the file and its `plan`: `rows` are
laid into `cells` and summed into `hours`. `run` and `spark` only say where it runs, and `canonical`
keeps what it accepted. `generate` makes farms with known defects and the totals they must give.
"""
