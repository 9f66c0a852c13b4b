import { UserError } from '@ehrsynth/io';
import type { OperationOutcome } from 'fhir/r4.js';

/** The server's answer to a request that it turned down, or that did not get through after all tries. */
export class ServerError extends UserError {
  constructor(
    what: string,
    where: string,
    /** HTTP status; undefined where no answer came. */
    readonly status: number | undefined,
    /** What the server said, where it said it as FHIR does. */
    readonly outcome: OperationOutcome | undefined,
    cause?: unknown,
  ) {
    const said = outcome?.issue.map(({ details, diagnostics, code }) => details?.text ?? diagnostics ?? code);
    super('server', 1, said ? `${what}: ${said.join('; ')}` : what, { where, todo: advice(status), cause });
  }
}

/** A server that cannot be reached, or is none of FHIR's. */
export class NoServerError extends UserError {
  constructor(url: string, why: string, cause?: unknown) {
    super('no-server', 3, `No FHIR server answers: ${why}`, {
      where: url,
      todo: 'Check the address (with its base, such as …/fhir), and that the server runs.',
      cause,
    });
  }
}

/** What --token, --client-key and the like name cannot be used. */
export class CredentialsError extends UserError {
  constructor(what: string, where: string | undefined, cause?: unknown) {
    super('credentials', 2, what, { where, todo: 'Check the key, the client id and the scopes.', cause });
  }
}

function advice(status: number | undefined): string | undefined {
  if (status === undefined) return 'Check that the server runs, and go on with --resume.';
  if (status === 401 || status === 403)
    return 'Give a token that may do this: --token, or --client-id with --client-key.';
  if (status === 404 || status === 405)
    return 'Check the address: it must end with the base of the FHIR server.';
  return undefined;
}

/** A bulk export that the server began and does not bring to an end. */
export class ExportError extends UserError {
  constructor(where: string, what: string) {
    super('bulk-export', 1, what, { where, todo: 'Try again, or read page by page: --read search.' });
  }
}
