import { Rejection } from '../rejection.ts';

/** A search that asks for what the sandbox does not do: left out and reported under handling=lenient. */
export class NotSupported extends Rejection {
  constructor(readonly text: string) {
    super(400, {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'not-supported', details: { text } }],
    });
  }
}

/** A value that no parameter of this kind can have; an error whatever the handling. */
export function wrongValue(code: string, value: string, wanted: string): Rejection {
  return Rejection.because(400, 'value', `${code}=${value}: ${wanted}`);
}
