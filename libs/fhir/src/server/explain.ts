import { UserError } from '@ehrsynth/io';
import { DenseError, HttpFailure, NoJsonError } from './answer.ts';
import { BodyError, EncodingError } from './body.ts';
import { NoServerError, ServerError } from './errors.ts';
import { outcomeIn, plainTextIn, textsOf } from './outcome-text.ts';
import { type Failure, isAbort } from './retry.ts';

/** Stands for a failure that another try cannot help: a key that cannot be read. */
const NEVER_PASSES = 0;

/** An error of a request, or of reading its answer, in words. @param hide leaves out of a server's words what is secret */
export function explain(error: unknown, address: string, hide = (text: string): string => text): Error {
  if (error instanceof UserError || isAbort(error)) return error as Error;
  const reason = reasonOf(error as Error);
  const unread = (what: string) => new ServerError(what, address, undefined, undefined, error);
  if (error instanceof HttpFailure) {
    const { status } = error.answer;
    const outcome = outcomeOf(error.text);
    const said = outcome ? textsOf(outcome) : plainTextIn(error.text);
    return new ServerError(`The server answers ${status}`, address, status, outcome, error, said && hide(said));
  }
  if (error instanceof DenseError) return unread('The answer is not plausible JSON: it has more brackets than text');
  if (error instanceof NoJsonError) return unread('The answer is not JSON');
  if (error instanceof EncodingError) return unread(`The answer cannot be read: ${reason}`);
  if (error instanceof BodyError) return unread(`The answer was cut off: ${reason}`);
  return new NoServerError(address, reason, error);
}

/** Whether another try may help. An answer with a good status whose body was not whole counts as none. */
export function failureOf(error: unknown): Failure {
  const isFinal = [UserError, EncodingError, DenseError].some((kind) => error instanceof kind);
  if (isFinal) return { status: NEVER_PASSES, error };
  if (!(error instanceof HttpFailure)) return { status: undefined, error };
  const { status, headers } = error.answer;
  return { status, retryAfter: headers.get('retry-after'), date: headers.get('date'), error };
}

function outcomeOf(text: string) {
  try {
    return outcomeIn(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The system's code (ECONNREFUSED, CERT_HAS_EXPIRED), or the message of what is at the bottom of it. */
function reasonOf(error: Error & { code?: string }): string {
  const { code = '' } = error;
  if (/^[A-Z]/.test(code) && !/^(UND_ERR|HPE|Z)_/.test(code)) return code;
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
