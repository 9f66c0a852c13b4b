import { redactUrls, UserError } from '@ehrsynth/io';
import type { OperationOutcome } from 'fhir/r4.js';
import { type ConnectionLimits, OPTION_OF } from './limits.ts';

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
    /** What it said, in a line that may be shown. */
    readonly said?: string,
  ) {
    super('server', 1, said ? `${what}: ${said}` : what, {
      where: redactUrls(where),
      todo: advice(status),
      cause,
    });
  }
}

/** A type that a server does not let be searched, in any form that we know. */
export class RefusedSearchError extends UserError {
  /** @param last what it said to the last form of the search, where there was more than one */
  constructor(type: string, { status, said, details }: ServerError, last?: ServerError) {
    const words = said ?? 'and gives no reason';
    const later = last?.said && last.said !== said ? `; to another form of the search: ${last.said}` : '';
    super('search-refused', 1, `The server answers ${status} to a search of ${type}: ${words}${later}`, {
      where: details.where,
      todo:
        status === 403
          ? `Give a token that may read ${type} (--token, --client-id), or exclude the type with --types.`
          : `Do what it asks, read by bulk export (--read bulk), or exclude the type with --types.`,
    });
  }
}

/** A server that cannot be reached, or is none of FHIR's. */
export class NoServerError extends UserError {
  constructor(url: string, why: string, cause?: unknown) {
    super('no-server', 3, `No response from a FHIR server: ${why}`, {
      where: redactUrls(url),
      todo: 'Check the address (including its base path, such as …/fhir), and that the server is running.',
      cause,
    });
  }
}

/** A server of another FHIR release. */
export class OtherReleaseServerError extends UserError {
  constructor(url: string, version: string) {
    super('server-release', 3, `The server speaks FHIR ${version}; only R4 (4.0) is supported`, {
      where: redactUrls(url),
      todo: 'Give its R4 base URL, if it has one (…/r4, …/R4).',
    });
  }
}

/** What --token, --client-key and the like name cannot be used. */
export class CredentialsError extends UserError {
  constructor(what: string, where: string | undefined, cause?: unknown) {
    super('credentials', 2, redactUrls(what), {
      where: where && redactUrls(where),
      todo: "Check the key, the client id, the scopes and this machine's clock.",
      cause,
    });
  }
}

/** A text in place of a server's base URL that is none. */
export class ServerUrlError extends UserError {
  constructor(what: string, url: string) {
    super('server-url', 2, what, {
      where: redactUrls(url),
      todo: 'Give the base URL of the FHIR server, such as https://fhir.example.org/fhir.',
    });
  }
}

/** What the server leads to is at an origin that the user has not named: it gets no token, no header and no bundle. */
export class ForeignOriginError extends UserError {
  /** @param what of the server's: the next page, the token endpoint */
  constructor(what: string, url: URL, where: string, alternative = '', isSameHost = false) {
    super(
      'foreign-origin',
      alternative ? 2 : 1,
      `${what} is at another origin, ${url.origin}. Nothing was sent there`,
      {
        where: redactUrls(where),
        todo: isSameHost
          ? `If it is the same server, give its address with ${url.origin}; or add --trust-origin ${url.origin}.`
          : `If you trust it as you trust the server, add --trust-origin ${url.origin}${alternative}.`,
      },
    );
  }
}

/** A redirect that is not followed. */
export class RedirectError extends UserError {
  constructor(what: string, where: string, to?: URL) {
    super('redirect', 1, what, {
      where: redactUrls(where),
      todo: to
        ? `Check that ${redactUrls(to.href)} is the same server; if so, give its base URL as --server.`
        : 'Check the address: it must be the base URL of the FHIR server.',
    });
  }
}

/** Something that the server calls an address and that none is. */
export class AddressError extends UserError {
  constructor(text: unknown, where: string) {
    const shown = redactUrls(JSON.stringify(text) ?? 'nothing').slice(0, 200);
    super('no-address', 1, `The server refers to ${shown}, which is not a web address`, {
      where: redactUrls(where),
      todo: 'Report it to whoever runs the server.',
    });
  }
}

/** The server asks for more than a limit allows. */
export class LimitError extends UserError {
  constructor(what: string, where: string, limit: keyof ConnectionLimits, cause?: unknown) {
    super('limit', 1, what, {
      where: redactUrls(where),
      todo: `If the server is right, raise the limit with ${OPTION_OF[limit]}.`,
      cause,
    });
  }
}

function advice(status: number | undefined): string | undefined {
  if (status === undefined) return 'Check that the server is running, and continue with --resume.';
  if (status === 401 || status === 403)
    return 'Give a token that may do this: --token, or --client-id with --client-key.';
  if (status === 404 || status === 405) return 'Check the address: it must be the base URL of the FHIR server.';
  return undefined;
}

/** A bulk export that the server began and does not bring to an end. */
export class ExportError extends UserError {
  constructor(where: string, what: string) {
    super('bulk-export', 1, what, {
      where: redactUrls(where),
      todo: 'Try again, or read page by page: --read search.',
    });
  }
}

/** Something else that comes with a good status in place of a file. */
export class NotSentError extends ExportError {
  /** @param inPlace what came: a page of HTML */
  constructor(
    where: string,
    readonly inPlace: string,
  ) {
    super(where, `The server sent ${inPlace} instead of a file of the export`);
  }
}

/** A folder that holds what was fetched from another server, or by another request. */
export class OtherFetchError extends UserError {
  constructor(folder: string, what: string) {
    super('other-fetch', 2, `The folder contains files that were fetched ${what}`, {
      where: folder,
      todo: 'Choose another folder with --keep or -o, or omit --resume.',
    });
  }
}

/** An answer that is not what R4 says it is. */
export class NoPageError extends UserError {
  constructor(where: string, what: string) {
    super('answer', 1, `Unexpected response from the server: ${what}`, {
      where: redactUrls(where),
      todo: 'Check that it is a FHIR R4 server.',
    });
  }
}
