import type { OperationOutcome } from '@medplum/fhirtypes';

/** A request that is turned down, with the status and the outcome that tell why. */
export class Rejection extends Error {
  constructor(
    readonly status: number,
    readonly outcome: OperationOutcome,
  ) {
    super(outcome.issue[0].details?.text ?? `HTTP ${status}`);
  }

  static because(status: number, code: OperationOutcome['issue'][number]['code'], text: string): Rejection {
    return new Rejection(status, {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code, details: { text } }],
    });
  }
}
