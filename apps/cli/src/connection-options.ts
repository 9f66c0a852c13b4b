import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type Connection, CONNECTION_LIMITS } from '@ehrsynth/fhir';
import { fromSystemError } from '@ehrsynth/io';
import { IncompleteOptionsError } from '@ehrsynth/pipeline';
import { above0, collect, wholeNumber } from './options.ts';

/** How to reach a FHIR server and who asks. */
export interface ConnectionOptions {
  token?: string;
  clientId?: string;
  clientKey?: string;
  keyId?: string;
  tokenUrl?: string;
  scope?: string;
  header?: string[];
  ca?: string;
  cert?: string;
  certKey?: string;
  insecure: boolean;
  trustOrigin?: string[];
  timeout: number;
  stallTimeout: number;
  attempts: number;
  /** Minutes. */
  maxWait: number;
  maxResponseMb: number;
  maxExpansion: number;
  /** Only where something is fetched. */
  maxPages?: number;
  maxFileGb?: number;
}

const MINUTE_MS = 60_000;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Limits in the units of their options. */
const DEFAULTS = {
  timeout: CONNECTION_LIMITS.timeoutMs / 1000,
  stallTimeout: CONNECTION_LIMITS.stallMs / 1000,
  maxWait: CONNECTION_LIMITS.maxWaitMs / MINUTE_MS,
  maxResponseMb: CONNECTION_LIMITS.maxResponseBytes / MIB,
  maxFileGb: CONNECTION_LIMITS.maxFileBytes / GIB,
};
/** Twelve days: what a timer can take at once, and far more than anyone waits for an answer. */
const MOST_SECONDS = 1_000_000;
/** A text of Node's holds little more. */
const MOST_RESPONSE_MB = 500;

/** Adds them to a command. @param scope what SMART asks for by default */
export function addConnectionOptions(command: Command, scope: string): Command {
  // Commands that read files too have it for these already.
  if (!command.options.some(({ long }) => long === '--max-expansion')) {
    command.option(
      '--max-expansion <ratio>',
      'largest ratio of decompressed to compressed size',
      above0,
      CONNECTION_LIMITS.maxExpansion,
    );
  }
  return command
    .option('--token <token>', 'bearer token (or in the environment: EHRSYNTH_TOKEN)')
    .option('--client-id <id>', 'SMART backend services: our client id at the server')
    .option('--client-key <file>', 'SMART backend services: our private key, as JWK, JWK set or PEM (PKCS #8)')
    .option('--key-id <id>', 'SMART backend services: the id of the key')
    .option('--token-url <url>', "token endpoint (default: from the server's .well-known/smart-configuration)")
    .option('--scope <scope>', 'SMART backend services: scope to request', scope)
    .option('--header <"Name: value">', 'send this header with every request (may be repeated)', header)
    .option('--ca <file>', 'certificate authority to trust (PEM), for servers with their own certificates')
    .option('--cert <file>', 'our client certificate (PEM), if the server asks for one')
    .option('--cert-key <file>', 'private key of --cert (PEM)')
    .option('--insecure', "do not check the server's certificate", false)
    .option(
      '--trust-origin <url>',
      'another origin (scheme, host, port) that may receive tokens and headers, such as a storage or token server (may be repeated)',
      origin,
    )
    .option(
      '--timeout <seconds>',
      'longest wait for the first byte of a response',
      above0upTo(MOST_SECONDS),
      DEFAULTS.timeout,
    )
    .option(
      '--stall-timeout <seconds>',
      'give up on a response or file that makes no progress for this long',
      above0upTo(MOST_SECONDS),
      DEFAULTS.stallTimeout,
    )
    .option('--attempts <number>', 'attempts at each request before giving up', wholeNumber(1), 10)
    .option(
      '--max-wait <minutes>',
      'longest total wait for a server that is not ready (202, Retry-After)',
      above0,
      DEFAULTS.maxWait,
    )
    .option(
      '--max-response-mb <number>',
      'largest response, decompressed',
      above0upTo(MOST_RESPONSE_MB),
      DEFAULTS.maxResponseMb,
    );
}

/** Adds what counts only where something is fetched. */
export function addFetchLimits(command: Command): Command {
  return command
    .option(
      '--max-pages <number>',
      'most pages to read of one search or manifest',
      wholeNumber(1),
      CONNECTION_LIMITS.maxPages,
    )
    .option('--max-file-gb <number>', 'largest file of a bulk export, decompressed', above0, DEFAULTS.maxFileGb);
}

/**
 * The connection that the options ask for.
 * @param signal ends it
 * @throws UserError where a file cannot be read or an option lacks another
 */
export async function connectionOf(url: string, options: ConnectionOptions, signal?: AbortSignal): Promise<Connection> {
  const { clientId, clientKey, ca, cert, certKey, insecure } = options;
  if (!clientId !== !clientKey) throw new IncompleteOptionsError('--client-id and --client-key go together');
  if (!cert !== !certKey) throw new IncompleteOptionsError('--cert and --cert-key go together');
  const bearerToken = options.token ?? (clientId ? undefined : process.env.EHRSYNTH_TOKEN);
  const hasTls = ca ?? cert ?? (insecure || undefined);
  return {
    url,
    headers: Object.fromEntries((options.header ?? []).map(nameAndValue)),
    bearerToken,
    ...(clientId && {
      smart: {
        clientId,
        key: (await read(clientKey))!,
        keyId: options.keyId,
        tokenUrl: options.tokenUrl,
        scope: options.scope!,
      },
    }),
    ...(hasTls && {
      tls: { ca: await read(ca), cert: await read(cert), key: await read(certKey), insecure },
    }),
    trustOrigins: options.trustOrigin,
    limits: limitsOf(options),
    retries: { attempts: options.attempts },
    signal,
  };
}

function limitsOf(options: ConnectionOptions): Connection['limits'] {
  const { timeout, stallTimeout, maxWait, maxResponseMb, maxExpansion, maxPages, maxFileGb } = options;
  return {
    timeoutMs: 1000 * timeout,
    stallMs: 1000 * stallTimeout,
    maxWaitMs: MINUTE_MS * maxWait,
    maxResponseBytes: MIB * maxResponseMb,
    maxExpansion,
    ...(maxPages !== undefined && { maxPages }),
    ...(maxFileGb !== undefined && { maxFileBytes: GIB * maxFileGb }),
  };
}

function origin(text: string, before?: string[]): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new InvalidArgumentError('Must be an origin, such as https://storage.example.org');
  return collect(url.origin, before);
}

function above0upTo(most: number) {
  return (text: string): number => {
    const value = above0(text);
    if (value > most) throw new InvalidArgumentError(`Must be a number greater than 0 and at most ${most}`);
    return value;
  };
}

function header(text: string, before?: string[]): string[] {
  if (!/^[\w!#$%&'*+.^`|~-]+ *:/.test(text)) throw new InvalidArgumentError('Must be a name, a colon and a value');
  return collect(text, before);
}

function nameAndValue(text: string): [string, string] {
  const colon = text.indexOf(':');
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

async function read(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
}
