import { CONDITIONS, honest, json, lines, manifest, page, PATIENTS } from './answers.ts';
import { bulk, type HostileBehaviour, type HostileContext, search } from './behaviour.ts';
import { all, fewRequests, onlyOwnNames } from './holds.ts';
import type { ServerResponse } from 'node:http';

type Serve = (response: ServerResponse, context: HostileContext) => void;
const at =
  (path: string, serve: Serve): HostileBehaviour['serve'] =>
  (_, response, context) =>
    context.path === path ? serve(response, context) : honest(response, context);

/** What a terminal would obey, and lines that look like ours. */
const TEXT = '\u001b[2J\u001b]0;owned\u0007\nAll is well\r\u202e';
const outcome = (diagnostics: string, severity = 'error') => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity, code: 'processing', diagnostics }],
});
const withErrors = (url: string, name: string) => ({
  ...manifest([{ type: 'Patient', url: `${url}/files/p` }]),
  error: [{ type: 'OperationOutcome', url: `${url}/${name}` }],
});

/** An export with one more file. */
const withFile =
  (serve: (response: ServerResponse) => void): HostileBehaviour['serve'] =>
  (_, response, context) => {
    const { path, url } = context;
    const output = ['p', 'odd'].map((name, i) => ({
      type: ['Patient', 'Condition'][i],
      url: `${url}/files/${name}`,
    }));
    if (path === 'status') return json(response, manifest(output));
    if (path === 'files/odd') return serve(response);
    honest(response, context);
  };
/** The export is still there to be fetched. */
const notDeleted: HostileBehaviour['holds'] = ({ requests }) =>
  requests.some(({ method }) => method === 'DELETE') ? 'the export was deleted' : undefined;

/** Servers that do not send all that they have, and what they say of it. */
export const LOSSES: HostileBehaviour[] = [
  {
    name: 'a total larger than what comes',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => json(response, { ...page(PATIENTS), total: 25 })),
    expects: /15 not sent by the server[\s\S]*10 patients/,
    exitCode: 1,
  },
  {
    name: 'a total larger than what comes, to be stopped at',
    group: 'answers',
    command: search('--on-error', 'stop'),
    serve: at('Patient', (response) => json(response, { ...page(PATIENTS), total: 25 })),
    expects: /did not send everything[\s\S]*15 not sent by the server/,
    exitCode: 1,
  },
  {
    name: 'an OperationOutcome in place of a page',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => json(response, outcome(TEXT))),
    expects: /200 to a search of Patient/,
    exitCode: 1,
    holds: fewRequests(4),
  },
  {
    name: 'a search that answers with another type',
    group: 'answers',
    command: search(),
    serve: at('Condition', (response) => json(response, page(PATIENTS))),
    expects: /Condition: types that were not searched for: 10 of Patient/,
    exitCode: 1,
  },
  {
    name: 'a server that has nothing',
    group: 'answers',
    command: search(),
    serve: (_, response, context) => {
      if (context.path === 'metadata') return honest(response, context);
      json(response, page([]));
    },
    expects: /has no resources of the types asked for/,
    exitCode: 1,
  },
  {
    name: 'warnings that a terminal would obey',
    group: 'answers',
    command: search(),
    serve: at('Patient', (response) => json(response, page([...PATIENTS, outcome(TEXT, 'warning')]))),
    expects: /warned of by the server/,
    exitCode: 1,
  },
  {
    name: 'errors of an export that a terminal would obey',
    group: 'answers',
    command: bulk(),
    serve: (_, response, context) => {
      if (context.path === 'status') return json(response, withErrors(context.url, 'errors'));
      if (context.path === 'errors') return lines(response, [outcome(TEXT)]);
      honest(response, context);
    },
    expects: /errors of the export[\s\S]*10 patients/,
    exitCode: 1,
    holds: onlyOwnNames,
  },
  {
    name: 'a login page in place of a file',
    group: 'answers',
    command: bulk(),
    serve: withFile((response) => void response.end('<html>Please log in</html>')),
    expects: /Condition: not sent by the server: a page of HTML/,
    exitCode: 1,
    holds: all(onlyOwnNames, notDeleted),
  },
  {
    name: 'no content in place of a file',
    group: 'answers',
    command: bulk(),
    serve: withFile((response) => void response.writeHead(204).end()),
    expects: /Condition: not sent by the server: nothing/,
    exitCode: 1,
    holds: notDeleted,
  },
  {
    name: 'a file that ends with an OperationOutcome',
    group: 'answers',
    command: bulk(),
    serve: withFile((response) => lines(response, [CONDITIONS[0], outcome(TEXT)])),
    expects: /errors within a file of the export/,
    exitCode: 1,
    holds: notDeleted,
  },
  {
    name: 'an error file that is one long line',
    group: 'answers',
    command: bulk(),
    serve: (_, response, context) => {
      if (context.path === 'status') return json(response, withErrors(context.url, 'errors'));
      if (context.path === 'errors') return void response.end(Buffer.alloc(8 << 20, '['));
      honest(response, context);
    },
    expects: /a line that is not an OperationOutcome/,
    exitCode: 1,
  },
  {
    name: 'a manifest whose pages do not end',
    group: 'limits',
    command: bulk('--max-pages', '20'),
    serve: (_, response, context) => {
      if (!context.path.startsWith('status')) return honest(response, context);
      const link = [{ relation: 'next', url: `status?page=${context.count}` }];
      json(response, { ...manifest([]), link });
    },
    expects: /more than 20 pages[\s\S]*--max-pages/,
    exitCode: 1,
    holds: fewRequests(25),
  },
  {
    name: 'an export of nothing',
    group: 'answers',
    command: bulk(),
    serve: at('status', (response) => json(response, manifest([]))),
    expects: /export has no resources/,
    exitCode: 1,
  },
  {
    name: 'a search that wants a patient, whose ids are paths',
    group: 'names',
    command: search('--types', 'Patient,Condition'),
    serve: (_, response, context) => {
      if (context.path === 'Patient')
        return json(response, page(PATIENTS.map((one) => ({ ...one, id: `../../${one.id}?x=` }))));
      if (context.path === 'Condition') return json(response, outcome('patient is required'), 400);
      honest(response, context);
    },
    expects: /400 to a search of Condition: patient is required/,
    exitCode: 1,
    holds: all(onlyOwnNames, fewRequests(4)),
  },
];
