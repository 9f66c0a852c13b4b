"""A cohort in SciPy, and synthetic patients of any generator back: python3 frames.py COHORT OUT

Reads what `ehrsynth ingest` wrote with scipy and pyarrow, draws patients from independent marginals (put your generator there), and
writes them in the forms that `ehrsynth evaluate COHORT --synthetic FILE` and `ehrsynth ingest` read.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse as sp

cohort, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)

# The training patients: counts, what the columns are, and a line of demographics for each row. Never learn from cohort/holdout.
matrix = sp.load_npz(cohort / "train" / "matrix.npz")
columns = json.loads((cohort / "train" / "columns.json").read_text())["columns"]
rows = pq.read_table(cohort / "train" / "rows.parquet")
is_code = np.array([column["kind"] != "demographic" for column in columns])
print(f"{matrix.shape[0]} patients, {is_code.sum()} codes, rows.parquet: {', '.join(rows.column_names)}")

# The generator: each code by itself, sex as it is among the training patients.
random = np.random.default_rng(1)
number = 500
codes = [column for column in columns if column["kind"] != "demographic"]
prevalence = np.asarray((matrix[:, is_code] > 0).mean(axis=0)).ravel()
synthetic = (random.random((number, len(codes))) < prevalence).astype(np.int8)
sex = random.choice(rows.column("sex").to_pylist(), number)

# A matrix, and the names of its columns.
sp.save_npz(out / "matrix.npz", sp.csr_matrix(synthetic))
(out / "names.txt").write_text("\n".join(f"{c['kind']}|{c['system']}|{c['code']}" for c in codes) + "\n")

# A table with a column for each code; of pandas: DataFrame.to_parquet or to_csv.
table = {"sex": sex, **{f"{c['kind']}|{c['system']}|{c['code']}": synthetic[:, i] for i, c in enumerate(codes)}}
pq.write_table(pa.table(table), out / "wide.parquet")

# A row for each event. These are the cohort's own training records, to show where things stand: they are nobody's to give away.
with gzip.open(cohort / "train" / "records.ndjson.gz", "rt") as records, open(out / "events.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["patient_id", "time", "kind", "system", "code", "value", "unit", "sex", "birth_date"])
    for record in map(json.loads, records):
        for event in record["events"]:
            value = event.get("quantity", {})
            writer.writerow(
                [record["id"], event.get("start"), event["kind"], event["code"]["system"], event["code"]["code"]]
                + [value.get("value"), value.get("unit"), record["sex"], record.get("birthDate")]
            )
