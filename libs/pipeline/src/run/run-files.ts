/** What a command writes beside its output: which command it was, what it read, what it wrote. */
export const RUN_FILE = 'run.json';
/** Of a cohort's releases, in its folder: what was recorded there stays when the cohort is written again. */
export const LEDGER_FILE = 'releases.ndjson';
