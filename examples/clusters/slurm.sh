#!/bin/bash
#SBATCH --job-name=ehrsynth
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --mem=6G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --output=ehrsynth-%A_%a.log
# Synthetic patients on a Slurm cluster: each task of the array draws one part, into a folder that all nodes share.
#
#   export MODEL=/shared/model OUT=/shared/synth NUMBER=1000000
#   job=$(sbatch --parsable slurm.sh)
#   sbatch --dependency=afterok:$job --cpus-per-task=1 --wrap "ehrsynth merge $OUT/part-* -o $OUT/all"
#
# The patients are the same as on one machine, whatever PARTS is. PARTS must match the array above. `sbatch --array=3,7` draws these parts
# again; a part that exists already is left unchanged.
set -euo pipefail

MODEL=${MODEL:?the folder that ehrsynth train wrote}
OUT=${OUT:?a folder that all nodes share}
NUMBER=${NUMBER:?how many patients}
PARTS=${PARTS:-16}
# The same engine for all parts: nodes may have different ones, and the patients depend on the engine.
ENGINE=${ENGINE:-wasm}
EHRSYNTH=${EHRSYNTH:-ehrsynth}

part=$SLURM_ARRAY_TASK_ID
if [ "$part" -lt 1 ] || [ "$part" -gt "$PARTS" ]; then
  echo "Task $part is none of parts 1 to $PARTS: set PARTS, or --array=1-$PARTS" >&2
  exit 2
fi
# A part appears when it is complete.
if [ -e "$OUT/part-$part/run.json" ]; then exit 0; fi
mkdir -p "$OUT"
exec "$EHRSYNTH" generate "$MODEL" -n "$NUMBER" --seed "${SEED:-1}" --shard "$part/$PARTS" \
  --engine "$ENGINE" --workers "${SLURM_CPUS_PER_TASK:-1}" -o "$OUT/part-$part"
