import { bulk, type HostileBehaviour, push } from './behaviour.ts';
import { EXPORTED, honest, json, lines, manifest, PATIENTS, transactionAnswer } from './answers.ts';
import { onlyOwnNames } from './holds.ts';

/** Types of a manifest that are no names of R4's. */
const TYPES = [
  '../../../x',
  '/var/tmp/x',
  '..\\..\\x',
  'C:\\x',
  'Patient\0',
  'P'.repeat(300),
  '',
  'CON',
  'Patient\nx',
  '\u001b[2JPatient',
  'patient',
];

/** Strings of the server's that could become names of files. */
export const NAMES: HostileBehaviour[] = [
  {
    name: 'manifest types that are paths, devices, or no names at all',
    group: 'names',
    command: bulk(),
    serve: (_, response, context) => {
      if (context.path !== 'status') return honest(response, context);
      json(response, manifest(TYPES.map((type) => ({ type, url: `${context.url}/files/p` }))));
    },
    expects: /11 files with resource types that R4 does not have/,
    exitCode: 0,
    holds: onlyOwnNames,
  },
  {
    name: 'manifest type that is a number',
    group: 'names',
    command: bulk(),
    serve: (_, response, context) => {
      if (context.path !== 'status') return honest(response, context);
      json(response, manifest([{ type: 7, url: `${context.url}/files/p` }]));
    },
    expects: /manifest/,
    exitCode: 1,
    holds: onlyOwnNames,
  },
  {
    name: 'file whose address ends in a path out of the folder',
    group: 'names',
    command: bulk(),
    serve: (_, response, context) => {
      if (context.path.startsWith('files/')) return honest(response, { ...context, path: 'files/p' });
      if (context.path !== 'status') return honest(response, context);
      json(response, manifest([{ type: 'Patient', url: `${context.url}/files/..%2F..%2Fx` }]));
    },
    expects: /Fetched 1 file/,
    exitCode: 0,
    holds: onlyOwnNames,
  },
  {
    name: 'location that leads out of the server',
    group: 'names',
    command: push(),
    serve: (_, response, context) => {
      if (context.path !== '') return honest(response, context);
      const entry = [{ response: { status: '201', location: '../../../etc' } }];
      json(response, { resourceType: 'Bundle', type: 'transaction-response', entry });
    },
    expects: /Unexpected response from the server/,
    exitCode: 1,
    holds: onlyOwnNames,
  },
  {
    name: 'location of another type than was sent',
    group: 'names',
    command: push(),
    serve: (_, response, context) => {
      if (context.path !== '') return honest(response, context);
      const text = JSON.stringify(transactionAnswer(context.body));
      json(response, JSON.parse(text.replace('"Patient/', '"Organization/')));
    },
    expects: /Unexpected response from the server/,
    exitCode: 1,
  },
  {
    name: 'resources whose ids are paths',
    group: 'names',
    command: bulk(),
    serve: (_, response, context) => {
      if (context.path !== 'files/p') return honest(response, context);
      const odd = PATIENTS.map((one) => ({ ...one, id: `../../${one.id}` }));
      lines(response, [...EXPORTED, ...odd]);
    },
    expects: /Fetched 1 file/,
    exitCode: 0,
    holds: onlyOwnNames,
  },
];
