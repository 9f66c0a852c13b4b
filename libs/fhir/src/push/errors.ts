import { UserError } from '@ehrsynth/io';

/** The folder in which a push keeps its receipt cannot be used as asked. */
export class ReceiptError extends UserError {
  constructor(where: string, what: string, todo: string) {
    super('receipt', 2, what, { where, todo });
  }
}

/** The server did not answer a bundle as R4 says. */
export class AnswerError extends UserError {
  constructor(where: string, what: string) {
    super('answer', 1, `Unexpected response from the server: ${what}`, {
      where,
      todo: 'Check that it is a FHIR R4 server; then continue with --resume.',
    });
  }
}
