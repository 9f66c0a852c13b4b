import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { honest, json, lines, manifest, page, PATIENTS } from './answers.ts';
import { bulk, type HostileBehaviour, type HostileContext, push, search } from './behaviour.ts';
import { fewRequests } from './holds.ts';

type Serve = (response: ServerResponse, context: HostileContext) => void;
const at =
  (path: string, serve: Serve): HostileBehaviour['serve'] =>
  (_, response, context) =>
    context.path === path ? serve(response, context) : honest(response, context);

const DEEP = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

/** Pages that are none: name, text. */
const PAGES: [name: string, text: string][] = [
  ['null', 'null'],
  ['a number', '7'],
  ['a list', '[]'],
  ['no Bundle', '{"resourceType":"Patient"}'],
  ['a Bundle whose entries are an object', '{"resourceType":"Bundle","entry":{"length":3}}'],
  ['a Bundle whose links are a text', '{"resourceType":"Bundle","entry":[],"link":"x"}'],
  ['a Bundle whose next is a number', '{"resourceType":"Bundle","link":[{"relation":"next","url":7}]}'],
  ['nested 100,000 deep', `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","x":${DEEP}}}]}`],
  ['a Bundle with __proto__', '{"__proto__":{"a":1},"resourceType":"Patient"}'],
];

/** Metadata that is none. */
const METADATA: [name: string, text: string, expects: RegExp][] = [
  ['null', 'null', /no CapabilityStatement/],
  ['a text', '"CapabilityStatement"', /no CapabilityStatement/],
  ['of R5', '{"resourceType":"CapabilityStatement","fhirVersion":"5.0.0"}', /speaks FHIR 5\.0\.0/],
  [
    'with a version that is a list',
    '{"resourceType":"CapabilityStatement","fhirVersion":["4.0.1"]}',
    /No response from a FHIR server/,
  ],
];

/** Errors of the server's that are none of FHIR's. */
const OUTCOMES: [name: string, body: unknown][] = [
  ['whose issues are null', { resourceType: 'OperationOutcome', issue: [null] }],
  ['whose issues are a text', { resourceType: 'OperationOutcome', issue: 'no' }],
  ['whose texts are objects', { resourceType: 'OperationOutcome', issue: [{ details: 7, diagnostics: { a: 1 } }] }],
  ['with a megabyte of text', { resourceType: 'OperationOutcome', issue: [{ diagnostics: 'x'.repeat(1 << 20) }] }],
];

/** Answers that are not what they should be. */
export const BROKEN_ANSWERS: HostileBehaviour[] = [
  ...PAGES.map(([name, text]): HostileBehaviour => ({
    name: `a page that is ${name}`,
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => void response.end(text)),
    expects: /Unexpected response from the server/,
    exitCode: 1,
  })),
  ...METADATA.map(([name, text, expects]): HostileBehaviour => ({
    name: `metadata that is ${name}`,
    group: 'answers',
    command: search(),
    serve: at('metadata', (response) => void response.end(text)),
    expects,
    exitCode: 3,
  })),
  ...OUTCOMES.map(([name, body]): HostileBehaviour => ({
    name: `an OperationOutcome ${name}`,
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => json(response, body, 422)),
    expects: /The server answers 422/,
    exitCode: 1,
    holds: fewRequests(4),
  })),
  {
    name: 'a page of HTML',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => void response.end('<html>Please log in</html>')),
    expects: /not JSON/,
    exitCode: 1,
  },
  {
    name: 'something that is not HTTP',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => void response.socket!.end('SSH-2.0-OpenSSH_9.6\r\n')),
    expects: /No response from a FHIR server/,
    exitCode: 3,
  },
  {
    name: 'a connection that is closed at once',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => void response.destroy()),
    expects: /No response from a FHIR server/,
    exitCode: 3,
  },
  {
    name: 'an encoding that nobody knows',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => void response.writeHead(200, { 'Content-Encoding': 'lies' }).end('{}')),
    expects: /encoded as lies/,
    exitCode: 1,
  },
  {
    name: 'gzip in gzip',
    group: 'answers',
    command: search(),
    serve: at(
      'Patient',
      (response) => void response.writeHead(200, { 'Content-Encoding': 'gzip, gzip' }).end(gzipSync(gzipSync('{}'))),
    ),
    expects: /encoded as gzip, gzip/,
    exitCode: 1,
  },
  {
    name: 'a file whose gzip is cut off',
    group: 'answers',
    command: bulk(),
    serve: at('files/p', (response) => {
      const whole = gzipSync(PATIENTS.map((one) => JSON.stringify(one)).join('\n'));
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(whole.subarray(0, 60));
    }),
    expects: /cut off/,
    exitCode: 1,
  },
  {
    name: 'a file that is shorter than its length',
    group: 'answers',
    command: bulk(),
    serve: at('files/p', (response) => {
      response.writeHead(200, { 'Content-Length': '100000' });
      response.write(`${JSON.stringify(PATIENTS[0])}\n`, () => response.destroy());
    }),
    expects: /cut off/,
    exitCode: 1,
  },
  {
    name: 'fewer resources than the manifest counts',
    group: 'answers',
    command: bulk(),
    serve: at('status', (response, { url }) =>
      json(response, manifest([{ type: 'Patient', url: `${url}/files/p`, count: 21 }])),
    ),
    expects: /21 resources and sent 20/,
    exitCode: 1,
  },
  {
    name: 'a manifest that is a Bundle',
    group: 'answers',
    command: bulk(),
    serve: at('status', (response) => json(response, page(PATIENTS))),
    expects: /manifest/,
    exitCode: 1,
  },
  {
    name: 'an export that is there at once',
    group: 'answers',
    command: bulk(),
    serve: at('Patient/$export', (response) => lines(response, PATIENTS)),
    expects: /not JSON/,
    exitCode: 1,
  },
  {
    name: 'an export whose status is nowhere',
    group: 'answers',
    command: bulk(),
    serve: at('Patient/$export', (response) => void response.writeHead(202, { 'Content-Location': 'http://[' }).end()),
    expects: /not a web address/,
    exitCode: 1,
  },
  {
    name: '401 without end',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => void response.writeHead(401).end()),
    expects: /401[\s\S]*--token/,
    exitCode: 1,
    holds: fewRequests(4),
  },
  ...(
    [
      ['fewer answers than entries', { resourceType: 'Bundle', entry: [] }],
      ['null for each entry', { resourceType: 'Bundle', entry: [null] }],
      ['entries that are a text', { resourceType: 'Bundle', entry: 'all fine' }],
      ['null', null],
      [
        'a location that is a number',
        { resourceType: 'Bundle', entry: [{ response: { status: '201', location: 7 } }] },
      ],
    ] as [string, unknown][]
  ).map(([name, body]): HostileBehaviour => ({
    name: `a transaction that is answered with ${name}`,
    group: 'push',
    command: push(),
    serve: at('', (response) => json(response, body)),
    expects: /Unexpected response from the server/,
    exitCode: 1,
  })),
  {
    name: 'a transaction whose statuses are none',
    group: 'push',
    command: push('--as', 'batch'),
    serve: at('', (response) => json(response, { resourceType: 'Bundle', entry: [{ response: { status: {} } }] })),
    expects: /rejected/i,
    exitCode: 1,
  },
  {
    name: 'a batch that is always busy',
    group: 'push',
    command: push('--as', 'batch'),
    serve: at('', (response) => json(response, { resourceType: 'Bundle', entry: [{ response: { status: '503' } }] })),
    expects: /rejected/i,
    exitCode: 1,
    holds: fewRequests(10),
  },
];
