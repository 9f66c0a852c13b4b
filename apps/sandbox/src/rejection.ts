import type { OperationOutcome } from '@medplum/fhirtypes';

type IssueCode = OperationOutcome['issue'][number]['code'];

/** A request that is turned down, with the status, the outcome that says why, and headers that the status asks for. */
export class Rejection extends Error {
  constructor(
    readonly status: number,
    readonly outcome: OperationOutcome,
    readonly headers: Record<string, string> = {},
  ) {
    super(outcome.issue[0].details?.text ?? `HTTP ${status}`);
  }

  static because(status: number, code: IssueCode, text: string, headers?: Record<string, string>): Rejection {
    return new Rejection(status, outcomeOf('error', code, text), headers);
  }
}

/** An OperationOutcome of one issue. */
export function outcomeOf(
  severity: OperationOutcome['issue'][number]['severity'],
  code: IssueCode,
  text: string,
): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: [{ severity, code, details: { text } }] };
}
