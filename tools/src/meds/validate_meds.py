"""What the meds package's own schemas say of a dataset: validate_meds.py FOLDER [COPY], as JSON.

With COPY the data is also written anew by pyarrow, as the schemas align it, for our reader to read.
"""
import glob
import json
import os
import sys

import meds
import pyarrow.parquet as parquet


def main(folder, copy=None):
    faults = []
    counts = {"rows": 0, "files": 0, "codes": 0, "subjects": 0}
    seen = {}
    codes = set()
    for path in sorted(glob.glob(f"{folder}/{meds.data_subdirectory}/**/*.parquet", recursive=True)):
        name = os.path.relpath(path, folder)
        table = parquet.read_table(path, partitioning=None)
        check(faults, name, lambda: meds.DataSchema.validate(table))
        counts["rows"] += table.num_rows
        counts["files"] += 1
        codes.update(table["code"].to_pylist())
        check_rows(faults, name, table, seen)
        if copy:
            target = os.path.join(copy, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            parquet.write_table(meds.DataSchema.align(table), target)
    counts["subjects"] = len(seen)
    described = parquet.read_table(os.path.join(folder, meds.code_metadata_filepath))
    check(faults, meds.code_metadata_filepath, lambda: meds.CodeMetadataSchema.validate(described))
    counts["codes"] = described.num_rows
    missing = codes - set(described["code"].to_pylist())
    if missing:
        faults.append(f"{meds.code_metadata_filepath}: lacks {sorted(missing)[:3]}")
    splits = parquet.read_table(os.path.join(folder, meds.subject_splits_filepath))
    check(faults, meds.subject_splits_filepath, lambda: meds.SubjectSplitSchema.validate(splits))
    if set(splits["subject_id"].to_pylist()) != set(seen):
        faults.append(f"{meds.subject_splits_filepath}: not the subjects of the data")
    with open(os.path.join(folder, meds.dataset_metadata_filepath)) as file:
        dataset = json.load(file)
    check(faults, meds.dataset_metadata_filepath, lambda: meds.DatasetMetadataSchema.validate(dataset))
    print(json.dumps({"version": meds.__version__, "faults": faults, **counts}))


def check(faults, name, validate):
    try:
        validate()
    except Exception as error:  # whatever the package finds
        faults.append(f"{name}: {error}")


def check_rows(faults, name, table, seen):
    """What the schemas leave to the text of the standard: a subject in one file, together, by time, nulls first."""
    last, last_time = None, None
    for subject, time in zip(table["subject_id"].to_pylist(), table["time"].to_pylist()):
        if subject != last:
            if subject in seen:
                faults.append(f"{name}: subject {subject} stands in two places")
            seen[subject] = name
        elif last_time is not None and (time is None or time < last_time):
            faults.append(f"{name}: subject {subject} is out of order")
        last, last_time = subject, time


main(*sys.argv[1:])
