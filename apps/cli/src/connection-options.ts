import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Connection } from '@ehrsynth/fhir';
import { fromSystemError } from '@ehrsynth/io';
import { IncompleteOptionsError } from './errors.ts';
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
  timeout: number;
  attempts: number;
}

/** Adds them to a command. @param scope what SMART asks for by default */
export function addConnectionOptions(command: Command, scope: string): Command {
  return command
    .option('--token <token>', 'bearer token (or in the environment: EHRSYNTH_TOKEN)')
    .option('--client-id <id>', 'SMART backend services: the id under which the server knows us')
    .option('--client-key <file>', 'SMART backend services: private key, as JWK, JWK set or PEM (PKCS #8)')
    .option('--key-id <id>', 'SMART backend services: the id of the key')
    .option('--token-url <url>', "where tokens are given (default: what the server's .well-known/smart-configuration says)")
    .option('--scope <scope>', 'SMART backend services: what to ask for', scope)
    .option('--header <"Name: value">', 'send this header with every request (may be repeated)', header)
    .option('--ca <file>', 'trust this authority (PEM), for servers with certificates of their own')
    .option('--cert <file>', 'our own certificate (PEM), where the server asks for one')
    .option('--cert-key <file>', 'and its private key (PEM)')
    .option('--insecure', "do not check the server's certificate", false)
    .option('--timeout <seconds>', 'for one try of one request', above0, 300)
    .option('--attempts <number>', 'tries of a request before giving up', wholeNumber(1), 10); // prettier-ignore
}

/** The connection that the options ask for. @throws UserError where a file cannot be read or an option lacks another */
export async function connectionOf(url: string, options: ConnectionOptions): Promise<Connection> {
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
    timeoutMs: 1000 * options.timeout,
    retries: { attempts: options.attempts },
  };
}

function header(text: string, before?: string[]): string[] {
  if (!/^[\w!#$%&'*+.^`|~-]+ *:/.test(text)) throw new InvalidArgumentError('a name, a colon and a value');
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
