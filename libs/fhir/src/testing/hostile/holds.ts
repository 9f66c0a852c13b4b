import { readdirSync } from 'node:fs';
import { TOKEN, type Observed } from './behaviour.ts';

/** What the helpers write for a command, and what the command may write. */
const OWN = /^(source\.json|key\.json|out(\.kept|\.fetched)?)$/;
/** A name that we gave a fetched file, and nothing else. */
const FETCHED = /^(\d{4,}(\.[A-Za-z]+)?|[A-Za-z]+)\.ndjson$|^(export|search)\.state$|^(error|deleted)$/;

/** Nothing was written but what has names of ours. */
export function onlyOwnNames({ folder }: Observed): string | undefined {
  const foreign = readdirSync(folder).filter((name) => !OWN.test(name) && !name.startsWith('.'));
  if (foreign.length > 0) return `written beside the output: ${foreign.join(', ')}`;
  const kept = readdirSync(folder).filter((name) => /^out\.(kept|fetched)$/.test(name));
  for (const name of kept) {
    for (const path of readdirSync(`${folder}/${name}`, { recursive: true, encoding: 'utf8' })) {
      const file = path.replace(/^(error|deleted)[/\\](?=\d)/, '');
      if (!FETCHED.test(file)) return `a fetched file is called ${path}`;
    }
  }
  return undefined;
}

/** The second origin got nothing that is secret: no token, no header of the user's, no bundle, no assertion. */
export function nothingSecretElsewhere({ requests, otherOrigin }: Observed): string | undefined {
  const elsewhere = requests.filter(({ origin }) => origin === otherOrigin);
  const secret = elsewhere.find(
    ({ headers, body }) =>
      headers.authorization || headers['x-secret'] || headers.cookie || body !== '' || secretIn(headers),
  );
  return secret && `${secret.method} ${secret.url} at the other origin carried something secret`;
}

/** The second origin got no request at all. */
export function nothingElsewhere({ requests, otherOrigin }: Observed): string | undefined {
  const found = requests.find(({ origin }) => origin === otherOrigin);
  return found && `${found.method} ${found.url} went to the other origin`;
}

/** At least so many requests reached the second origin, all with the token. */
export function tokenElsewhere({ requests, otherOrigin }: Observed): string | undefined {
  const elsewhere = requests.filter(({ origin }) => origin === otherOrigin);
  if (elsewhere.length === 0) return 'the trusted origin got no request';
  return elsewhere.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)
    ? undefined
    : 'a request to the trusted origin lacks the token';
}

/** No more requests than an honest client would make of a server that gives nothing. */
export function fewRequests(most: number) {
  return ({ requests }: Observed): string | undefined =>
    requests.length > most ? `${requests.length} requests` : undefined;
}

/** All of them. */
export function all(...checks: ((observed: Observed) => string | undefined)[]) {
  return (observed: Observed): string | undefined =>
    checks.map((check) => check(observed)).find((problem) => problem !== undefined);
}

function secretIn(headers: Record<string, string | undefined>): boolean {
  return JSON.stringify(headers).includes(TOKEN);
}
