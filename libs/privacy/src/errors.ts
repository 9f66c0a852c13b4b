import { UserError } from '@ehrsynth/io';

/** A quasi-identifier that is no demographic and no code of the patients. */
export class UnknownQuasiIdentifierError extends UserError {
  constructor(name: string, demographics: string[]) {
    super('unknown-quasi-identifier', 2, `No such quasi-identifier: ${name}`, {
      todo: `Give ${demographics.join(', ')}, or a code that the patients have a column of.`,
    });
  }
}

/** A budget of differential privacy that cannot be kept, or means nothing. */
export class PrivacyBudgetError extends UserError {
  constructor(what: string, todo: string) {
    super('bad-budget', 2, `Differential privacy: ${what}`, { todo });
  }
}
