import type { ServerResponse } from 'node:http';
import { accepted, EXPORTED, honest, json, lines, manifest, page, PATIENTS } from './answers.ts';
import { bulk, type HostileBehaviour, type HostileContext, push, search } from './behaviour.ts';
import { all, nothingElsewhere, nothingSecretElsewhere, onlyOwnNames, tokenElsewhere } from './holds.ts';

const SECRET = ['--header', 'X-Secret: of the user'];
const SMART = ['--client-id', 'us', '--client-key', '$KEY'];
/** Names the origin and the option that would let it through. */
const NAMED = /http:\/\/127\.0\.0\.1:\d+[\s\S]*--trust-origin/;

type Serve = (response: ServerResponse, context: HostileContext) => void;
/** Honest but at one path. */
const at =
  (path: string, serve: Serve): HostileBehaviour['serve'] =>
  (_, response, context) =>
    context.path === path && !context.isOther ? serve(response, context) : honest(response, context);
const to =
  (status: number, where: (context: HostileContext) => string): Serve =>
  (response, context) =>
    void response.writeHead(status, { Location: where(context) }).end();

/** Ways to lead a client, and what it carries, to another origin. */
export const ORIGINS: HostileBehaviour[] = [
  {
    name: 'next link to another origin',
    group: 'origins',
    command: search(...SECRET),
    serve: at('Patient', (response, { otherUrl }) => json(response, page(PATIENTS, `${otherUrl}/Patient?2`))),
    expects: NAMED,
    exitCode: 1,
    holds: nothingElsewhere,
  },
  {
    name: 'next link to an origin that is trusted',
    group: 'origins',
    command: search('--trust-origin', '$TRUSTED'),
    serve: at('Patient', (response, { otherUrl }) => json(response, page([], `${otherUrl}/Patient?2`))),
    expects: /10/,
    exitCode: 0,
    holds: tokenElsewhere,
  },
  ...(
    [
      ['without a scheme', ({ otherUrl }) => otherUrl.replace('http:', '')],
      ['with a user and password', ({ otherUrl }) => otherUrl.replace('//', '//a:b@')],
      ['whose user looks like the host', ({ url, otherUrl }) => otherUrl.replace('//', `//${new URL(url).hostname}@`)],
      ['with backslashes', ({ otherUrl }) => otherUrl.replace('//', '\\\\')],
    ] as [string, (context: HostileContext) => string][]
  ).map(([name, next]): HostileBehaviour => ({
    name: `next link to another origin ${name}`,
    group: 'origins',
    command: search(),
    serve: at('Patient', (response, context) => json(response, page(PATIENTS, `${next(context)}/Patient`))),
    expects: NAMED,
    exitCode: 1,
    holds: nothingElsewhere,
  })),
  ...['file:///etc/passwd', 'javascript:alert(1)', 'ftp://127.0.0.1/x', 'data:application/json,{}', 'http://'].map(
    (next): HostileBehaviour => ({
      name: `next link ${next}`,
      group: 'origins',
      command: search(),
      serve: at('Patient', (response) => json(response, page(PATIENTS, next))),
      expects: /not a web address/,
      exitCode: 1,
      holds: onlyOwnNames,
    }),
  ),
  {
    name: 'status of an export at another origin',
    group: 'origins',
    command: bulk(...SECRET),
    serve: at('Patient/$export', (response, { otherUrl }) => accepted(response, `${otherUrl}/status`)),
    expects: NAMED,
    exitCode: 1,
    holds: nothingElsewhere,
  },
  {
    name: 'files at another origin that want the token',
    group: 'origins',
    command: bulk(...SECRET),
    serve: at('status', (response, { otherUrl }) =>
      json(response, manifest([{ type: 'Patient', url: `${otherUrl}/files/p` }], true)),
    ),
    expects: NAMED,
    exitCode: 1,
    holds: nothingElsewhere,
  },
  {
    name: 'files at a trusted origin that want the token',
    group: 'origins',
    command: bulk('--trust-origin', '$TRUSTED'),
    serve: at('status', (response, { otherUrl }) =>
      json(response, manifest([{ type: 'Patient', url: `${otherUrl}/files/p` }], true)),
    ),
    expects: /Fetched 1 file/,
    exitCode: 0,
    holds: tokenElsewhere,
  },
  {
    name: 'files at another origin that want no token',
    group: 'origins',
    command: bulk(...SECRET),
    serve: at('status', (response, { otherUrl }) =>
      json(response, manifest([{ type: 'Patient', url: `${otherUrl}/files/p` }])),
    ),
    expects: /Fetched 1 file/,
    exitCode: 0,
    holds: nothingSecretElsewhere,
  },
  {
    name: 'file that wants the token and redirects to another origin',
    group: 'origins',
    command: bulk(...SECRET),
    serve: (_, response, context) => {
      const { path, isOther, url, otherUrl } = context;
      if (path === 'status') return json(response, manifest([{ type: 'Patient', url: `${url}/files/p` }], true));
      if (path === 'files/p' && !isOther) return to(302, () => `${otherUrl}/files/p`)(response, context);
      honest(response, context);
    },
    expects: /Fetched 1 file/,
    exitCode: 0,
    holds: nothingSecretElsewhere,
  },
  {
    name: 'manifest with a file of this machine',
    group: 'origins',
    command: bulk(),
    serve: at('status', (response) => json(response, manifest([{ type: 'Patient', url: 'file:///etc/passwd' }]))),
    expects: /not a web address/,
    exitCode: 1,
    holds: onlyOwnNames,
  },
  ...[301, 302, 303, 307, 308].flatMap((status): HostileBehaviour[] => [
    {
      name: `${status} of a page to another origin`,
      group: 'origins',
      command: search(...SECRET),
      serve: at(
        'Patient',
        to(status, ({ otherUrl }) => `${otherUrl}/Patient`),
      ),
      expects: NAMED,
      exitCode: 1,
      holds: nothingElsewhere,
    },
    {
      name: `${status} of a bundle to another origin`,
      group: 'origins',
      command: push(...SECRET),
      serve: at(
        '',
        to(status, ({ otherUrl }) => otherUrl),
      ),
      expects: /redirects[\s\S]*--server/,
      exitCode: 1,
      holds: nothingElsewhere,
    },
  ]),
  {
    name: 'redirect of a bundle to an origin that is trusted',
    group: 'origins',
    command: push('--trust-origin', '$TRUSTED'),
    serve: at(
      '',
      to(307, ({ otherUrl }) => otherUrl),
    ),
    expects: /redirects[\s\S]*--server/,
    exitCode: 1,
    holds: nothingElsewhere,
  },
  {
    name: 'redirect of metadata to another origin',
    group: 'origins',
    command: push(...SECRET),
    serve: at(
      'metadata',
      to(302, ({ otherUrl }) => `${otherUrl}/metadata`),
    ),
    expects: NAMED,
    exitCode: 1,
    holds: nothingElsewhere,
  },
  {
    name: 'redirects in a circle',
    group: 'origins',
    command: search(),
    serve: at(
      'Patient',
      to(302, ({ url, query }) => `${url}/Patient?n=${Number(query.get('n')) + 1}`),
    ),
    expects: /redirects more than/,
    exitCode: 1,
    holds: ({ requests }) => (requests.length > 20 ? `${requests.length} requests` : undefined),
  },
  {
    name: 'redirect without a place',
    group: 'origins',
    command: search(),
    serve: at('Patient', (response) => void response.writeHead(302).end()),
    expects: /redirects/,
    exitCode: 1,
  },
  {
    name: 'token endpoint at another origin',
    group: 'origins',
    command: withoutToken(search(...SMART)),
    serve: at('.well-known/smart-configuration', (response, { otherUrl }) =>
      json(response, { token_endpoint: `${otherUrl}/token` }),
    ),
    expects: /--token-url/,
    exitCode: 2,
    holds: nothingElsewhere,
  },
  {
    name: 'token endpoint that redirects to another origin',
    group: 'origins',
    command: withoutToken(search(...SMART)),
    serve: at(
      '/token',
      to(307, ({ otherUrl }) => otherUrl.replace('/fhir', '/token')),
    ),
    expects: /redirects/,
    exitCode: 2,
    holds: nothingElsewhere,
  },
  {
    name: 'token with a line break',
    group: 'origins',
    command: withoutToken(search(...SMART)),
    serve: at('/token', (response) => json(response, { access_token: 'a\r\nX-Injected: 1', expires_in: 300 })),
    expects: /gives no token/,
    exitCode: 2,
    holds: ({ requests }) =>
      requests.some(({ headers }) => headers['x-injected']) ? 'a header was put in' : undefined,
  },
  {
    name: 'file at another origin that redirects back, to catch the token',
    group: 'origins',
    command: bulk(...SECRET),
    serve: (_, response, context) => {
      const { path, isOther, url, otherUrl } = context;
      if (path === 'status') return json(response, manifest([{ type: 'Patient', url: `${otherUrl}/files/p` }]));
      if (path === 'files/p' && isOther) return to(302, () => `${url}/files/q`)(response, context);
      if (path === 'files/q') return lines(response, EXPORTED);
      honest(response, context);
    },
    expects: /Fetched 1 file/,
    exitCode: 0,
    holds: all(nothingSecretElsewhere, ({ requests }) =>
      requests.find(({ url }) => url.endsWith('files/q'))?.headers.authorization
        ? 'the token came back after a detour'
        : undefined,
    ),
  },
];

function withoutToken(command: string[]): string[] {
  const place = command.indexOf('--token');
  return command.filter((_, i) => i !== place && i !== place + 1);
}
