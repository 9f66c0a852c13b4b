import { UserError } from '@ehrsynth/io';

/** Held-out patients from which on intervals of rates are narrow enough to distinguish good from bad. */
const ADVISABLE = 200;

export type Part = 'training' | 'holdout' | 'synthetic';

const ABSENT: Record<Part, [what: string, todo: string]> = {
  holdout: [
    'There are no held-out patients to compare with',
    `Ingest again with --holdout 0.3. We advise at least ${ADVISABLE} held-out patients.`,
  ],
  training: ['There are no training patients', 'Ingest again with more patients, or with a smaller --holdout.'],
  synthetic: ['There are no synthetic patients', 'Generate some: `ehrsynth generate MODEL --number 1000`.'],
};

/** Nothing to measure: a side of the comparison has no patients. */
export class NoRowsError extends UserError {
  constructor(part: Part, where?: string) {
    const [what, todo] = ABSENT[part];
    super('no-rows', 2, what, { where, todo });
  }
}

/** @throws NoRowsError where one of these has no rows */
export function requireRows(rows: Partial<Record<Part, number>>, where?: string): void {
  for (const part of ['training', 'holdout', 'synthetic'] as const)
    if (rows[part] === 0) throw new NoRowsError(part, where);
}
