import { UserError } from '@ehrsynth/io';

/** A quasi-identifier that is no demographic and no code of the patients. */
export class UnknownQuasiIdentifierError extends UserError {
  constructor(name: string, demographics: string[]) {
    super('unknown-quasi-identifier', 2, `Unknown quasi-identifier: ${name}`, {
      todo: `Give ${demographics.join(', ')}, or a code of the cohort.`,
    });
  }
}

/** A budget of differential privacy that cannot be kept, or means nothing. */
export class PrivacyBudgetError extends UserError {
  constructor(what: string, todo: string) {
    super('bad-budget', 2, `Differential privacy: ${what}`, { todo });
  }
}

const ABSENT = {
  training: [
    'There are no training histories to attack',
    'Ingest again with more patients, or with a smaller --holdout.',
  ],
  holdout: ['There are no held-out histories to compare with', 'Ingest again with --holdout 0.3.'],
  synthetic: ['There are no synthetic histories', 'Generate some: `ehrsynth generate MODEL --number 1000`.'],
} as const;

/** Nothing to audit: a side has no patients. */
export class NoHistoriesError extends UserError {
  constructor(side: keyof typeof ABSENT) {
    const [what, todo] = ABSENT[side];
    super('no-histories', 2, what, { todo });
  }
}
