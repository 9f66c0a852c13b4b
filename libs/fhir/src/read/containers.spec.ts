import { describe, expect, it } from 'vitest';
import { resourcesIn } from './containers.ts';
import type { Resource } from './resources.ts';

const patient = (id: string) => ({ resourceType: 'Patient', id });
const bundle = (...resources: object[]) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  entry: resources.map((resource) => ({ resource })),
});
const error = {
  resourceType: 'OperationOutcome',
  issue: [
    { severity: 'error', diagnostics: 'no access' },
    { severity: 'information', diagnostics: 'fine' },
  ],
};
const read = (resource: object) =>
  [...resourcesIn({ resource: resource as Resource, where: 'f' })].map((found) =>
    'fault' in found
      ? [found.where, found.fault, found.detail, found.kind]
      : [found.where, `${found.resource.resourceType}/${found.resource.id ?? ''}`],
  );
const NOTE = 'error that the source reports';

describe('what stands in a document is read, whatever it stands in', () => {
  it.each<[string, object, unknown[][]]>([
    ['a resource', patient('1'), [['f', 'Patient/1']]],
    [
      'a Bundle',
      bundle(patient('1'), patient('2')),
      [
        ['f, entry 0', 'Patient/1'],
        ['f, entry 1', 'Patient/2'],
      ],
    ],
    [
      'the answer to a batch of searches',
      bundle(bundle(patient('1')), bundle(bundle(patient('2')))),
      [
        ['f, entry 0, entry 0', 'Patient/1'],
        ['f, entry 1, entry 0, entry 0', 'Patient/2'],
      ],
    ],
    [
      'Parameters with parts',
      {
        resourceType: 'Parameters',
        parameter: [
          { name: 'x', valueString: 'y' },
          { resource: bundle(patient('1')) },
          { part: [{ part: [{ resource: patient('2') }] }] },
        ],
      },
      [
        ['f, parameter 1, entry 0', 'Patient/1'],
        ['f, parameter 2, part 0, part 0', 'Patient/2'],
      ],
    ],
    [
      'Parameters without resources',
      { resourceType: 'Parameters', parameter: [{ name: 'x' }] },
      [['f', 'Parameters/']],
    ],
    [
      'an outcome among the answers',
      bundle(error),
      [
        ['f, entry 0', 'OperationOutcome/'],
        ['f, entry 0', NOTE, 'no access', 'note'],
      ],
    ],
    [
      'the outcome of an entry',
      {
        resourceType: 'Bundle',
        entry: [
          { response: { status: '404', outcome: error } },
          { response: { status: '201 Created' } },
          { response: { status: '403 Forbidden' } },
        ],
      },
      [
        ['f, entry 0, response', 'OperationOutcome/'],
        ['f, entry 0, response', NOTE, 'no access', 'note'],
        ['f, entry 2, response', NOTE, '403 Forbidden', 'note'],
      ],
    ],
    [
      'a message',
      bundle({ resourceType: 'MessageHeader', id: 'm' }, patient('1')),
      [
        ['f, entry 0', 'MessageHeader/m'],
        ['f, entry 1', 'Patient/1'],
      ],
    ],
    [
      'a list that is none',
      { resourceType: 'Bundle', entry: {} },
      [['f', 'wrong shape', 'Bundle.entry must be a list', undefined]],
    ],
    [
      'parameters that are no list',
      { resourceType: 'Parameters', parameter: 1 },
      [['f', 'wrong shape', 'Parameters.parameter must be a list', undefined]],
    ],
    ['a Bundle without entries', { resourceType: 'Bundle', type: 'searchset', total: 0 }, []],
  ])('%s', (_, document, found) => {
    expect(read(document)).toEqual(found);
  });

  it('down to a depth that nothing honest has', () => {
    let deep: object = patient('1');
    for (let i = 0; i < 200; i++) deep = bundle(deep);
    expect(read(deep)).toEqual([
      [expect.stringMatching(/entry 0$/), 'Bundles nested deeper than 50', undefined, undefined],
    ]);
    deep = patient('1');
    for (let i = 0; i < 40; i++) deep = bundle(deep);
    expect(read(deep)).toHaveLength(1);
  });
});
