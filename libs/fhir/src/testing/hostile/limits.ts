import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { accepted, honest, json, manifest, page, PATIENTS } from './answers.ts';
import { bulk, type HostileBehaviour, type HostileContext, push, search } from './behaviour.ts';
import { fewRequests } from './holds.ts';

type Serve = (response: ServerResponse, context: HostileContext) => void;
const at =
  (path: string, serve: Serve): HostileBehaviour['serve'] =>
  (_, response, context) =>
    context.path === path ? serve(response, context) : honest(response, context);
const status = (serve: Serve) => at('status', serve);
const patients = (serve: Serve) => at('Patient', serve);

const MIB = 1 << 20;
/** Blanks are JSON too: 80 MiB of them are 80 KiB. */
const BOMB = gzipSync(Buffer.alloc(80 * MIB, ' '));
const GZIP = { 'Content-Encoding': 'gzip', 'Content-Type': 'application/fhir+json' };

/** What never ends, or is far too large. */
export const LIMITS: HostileBehaviour[] = [
  {
    name: 'a page whose next is itself',
    group: 'limits',
    command: search(),
    serve: patients((response, { url }) => json(response, page(PATIENTS, `${url}/Patient?page=2`))),
    expects: /next page of Patient is the one just read/,
    exitCode: 1,
    holds: fewRequests(6),
  },
  {
    name: 'pages in a circle',
    group: 'limits',
    command: search(),
    serve: patients((response, { url, count }) => json(response, page(PATIENTS, `${url}/Patient?page=${count % 3}`))),
    expects: /is one that was already read/,
    exitCode: 1,
    holds: fewRequests(8),
  },
  {
    name: 'pages without end',
    group: 'limits',
    command: search('--max-pages', '20'),
    serve: patients((response, { url, count }) => json(response, page([], `${url}/Patient?page=${count}`))),
    expects: /more than 20 pages[\s\S]*--max-pages/,
    exitCode: 1,
    holds: fewRequests(25),
  },
  {
    name: '202 without end',
    group: 'limits',
    command: bulk('--max-wait', '0.02'),
    serve: status((response) => void response.writeHead(202).end()),
    expects: /--max-wait/,
    exitCode: 1,
    holds: fewRequests(15),
  },
  {
    name: '202 without end, to be asked again at once',
    group: 'limits',
    command: bulk('--max-wait', '0.02'),
    serve: status((response) => void response.writeHead(202, { 'Retry-After': '0' }).end()),
    expects: /--max-wait/,
    exitCode: 1,
    holds: fewRequests(15),
  },
  ...['1000000000000', '1e12', '2147484', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'].map(
    (wait): HostileBehaviour => ({
      name: `202 with Retry-After: ${wait.slice(0, 30)}`,
      group: 'limits',
      command: bulk(),
      serve: status((response) => void response.writeHead(202, { 'Retry-After': wait }).end()),
      expects: /--max-wait/,
      exitCode: 1,
      holds: fewRequests(6),
    }),
  ),
  ...['-1', 'soon', '0', 'NaN'].map((wait): HostileBehaviour => ({
    name: `202 with Retry-After: ${wait}`,
    group: 'limits',
    command: bulk('--max-wait', '0.02'),
    serve: status((response) => void response.writeHead(202, { 'Retry-After': wait }).end()),
    expects: /--max-wait/,
    exitCode: 1,
    holds: fewRequests(15),
  })),
  {
    name: '429 with Retry-After beyond reason',
    group: 'limits',
    command: search(),
    serve: patients((response) => void response.writeHead(429, { 'Retry-After': '1000000000000' }).end()),
    expects: /--max-wait/,
    exitCode: 1,
    holds: fewRequests(4),
  },
  ...[404, 410].map((code): HostileBehaviour => ({
    name: `status of the export answers ${code}`,
    group: 'limits',
    command: bulk(),
    serve: status((response) => void response.writeHead(code).end()),
    expects: /no longer knows the export/,
    exitCode: 1,
    holds: fewRequests(4),
  })),
  {
    name: 'never answers',
    group: 'limits',
    command: search('--timeout', '1', '--attempts', '1'),
    serve: patients(() => {}),
    expects: /--timeout/,
    exitCode: 3,
  },
  {
    name: 'stops in the middle of an answer',
    group: 'limits',
    command: search('--stall-timeout', '0.7', '--attempts', '1'),
    serve: patients((response) => void response.writeHead(200).write('{"resourceType":"Bundle"')),
    expects: /--stall-timeout/,
    exitCode: 1,
  },
  {
    name: 'stops in the middle of a file',
    group: 'limits',
    command: bulk('--stall-timeout', '0.7', '--attempts', '1'),
    serve: at('files/p', (response) => void response.writeHead(200).write('{"resourceType":"Patient"')),
    expects: /--stall-timeout/,
    exitCode: 1,
  },
  {
    name: 'a byte now and then',
    group: 'limits',
    command: search('--stall-timeout', '0.7', '--attempts', '1'),
    serve: patients((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 250);
      response.on('close', () => clearInterval(drip));
    }),
    expects: /--stall-timeout/,
    exitCode: 1,
  },
  {
    name: 'an answer larger than allowed',
    group: 'limits',
    command: search('--max-response-mb', '2'),
    serve: patients((response) => void response.end(Buffer.alloc(3 * MIB, ' '))),
    expects: /--max-response-mb/,
    exitCode: 1,
    holds: fewRequests(4),
  },
  {
    name: 'an answer without end',
    group: 'limits',
    command: search('--max-response-mb', '2'),
    serve: patients(endless),
    expects: /--max-response-mb/,
    exitCode: 1,
  },
  {
    name: 'an answer that decompresses to too much',
    group: 'limits',
    command: search('--max-response-mb', '8'),
    serve: patients((response) => void response.writeHead(200, GZIP).end(BOMB)),
    expects: /--max-response-mb/,
    exitCode: 1,
  },
  {
    name: 'an answer that decompresses beyond reason',
    group: 'limits',
    command: search(),
    serve: patients((response) => void response.writeHead(200, GZIP).end(BOMB)),
    expects: /--max-expansion/,
    exitCode: 1,
  },
  {
    name: 'an answer of brackets alone',
    group: 'limits',
    command: search('--attempts', '1'),
    serve: patients((response) => void response.end(`[${'{},'.repeat(3 * MIB)}0]`)),
    expects: /not plausible JSON: it has more brackets than text/,
    exitCode: 1,
  },
  {
    name: 'a file that decompresses beyond reason',
    group: 'limits',
    command: bulk(),
    serve: at('files/p', (response) => void response.writeHead(200, GZIP).end(BOMB)),
    expects: /--max-expansion/,
    exitCode: 1,
  },
  {
    name: 'a file without end',
    group: 'limits',
    command: bulk('--max-file-gb', '0.002'),
    serve: at('files/p', endless),
    expects: /--max-file-gb/,
    exitCode: 1,
  },
  {
    name: 'an answer to a bundle that decompresses beyond reason',
    group: 'limits',
    command: push(),
    serve: at('', (response) => void response.writeHead(200, GZIP).end(BOMB)),
    expects: /--max-expansion/,
    exitCode: 1,
  },
  {
    name: 'error that is larger than allowed',
    group: 'limits',
    command: search('--max-response-mb', '2'),
    serve: patients((response) => void response.writeHead(422).end(Buffer.alloc(3 * MIB, ' '))),
    expects: /--max-response-mb/,
    exitCode: 1,
  },
  {
    name: 'headers without end',
    group: 'limits',
    command: search(),
    serve: patients((response) => void response.writeHead(200, { 'X-Long': 'x'.repeat(100_000) }).end('{}')),
    expects: /No response from a FHIR server/,
    exitCode: 3,
  },
  {
    name: 'a file that is always busy',
    group: 'limits',
    command: bulk(),
    serve: at('files/p', (response) => void response.writeHead(503).end()),
    expects: /503/,
    exitCode: 1,
    holds: fewRequests(8),
  },
  {
    name: 'export that is begun anew and anew',
    group: 'limits',
    command: bulk(),
    serve: (_, response, context) => {
      if (context.path === 'status') return accepted(response, `${context.url}/status`, { 'Retry-After': '99999999' });
      honest(response, context);
    },
    expects: /--max-wait/,
    exitCode: 1,
    holds: fewRequests(5),
  },
  {
    name: 'manifest of many files that are not there',
    group: 'limits',
    command: bulk(),
    serve: status((response, { url }) =>
      json(response, manifest(Array.from({ length: 5000 }, (_, i) => ({ type: 'Patient', url: `${url}/none/${i}` })))),
    ),
    expects: /404/,
    exitCode: 1,
    holds: fewRequests(20),
  },
];

function endless(response: ServerResponse): void {
  const block = Buffer.alloc(1 << 16, ' ');
  const more = () => {
    while (!response.destroyed && response.write(block));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
