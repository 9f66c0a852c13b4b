import { RIGHT_BUNDLE } from '../right-resources.ts';
import type { KindOfFault } from './kind-of-fault.ts';
import { at, patient, collection } from './parts.ts';

export const ADDRESSES: KindOfFault = {
  broken: [
    ['a fullUrl of another id', at('http://x.org/fhir/Patient/q', patient), {}, 'bundle', 'Bundle.entry[0].fullUrl'],
    ['a fullUrl of another type', at('http://x.org/fhir/Person/p', patient), {}, 'bundle', 'Bundle.entry[0].fullUrl'],
    ['a fullUrl without the type', at('http://x.org/p', patient), {}, 'bundle', 'Bundle.entry[0].fullUrl'],
    [
      'a fullUrl of the type in small letters',
      at('http://x.org/fhir/patient/p', patient),
      {},
      'bundle',
      'Bundle.entry[0].fullUrl',
    ],
    [
      'a posted resource with another id than its fullUrl',
      {
        ...RIGHT_BUNDLE,
        entry: [
          {
            fullUrl: 'http://x.org/fhir/Patient/q',
            resource: patient,
            request: { method: 'POST', url: 'Patient' },
          },
        ],
      },
      {},
      'bundle',
      'Bundle.entry[0].fullUrl',
    ],
    [
      'a second link to itself',
      {
        ...collection([]),
        entry: undefined,
        link: [
          { relation: 'self', url: 'http://x.org/a' },
          { relation: 'self', url: 'http://x.org/b' },
        ],
      },
      {},
      'bundle',
      'Bundle.link[1]',
    ],
    [
      'an entry of a collection without a fullUrl',
      collection([{ resource: patient }]),
      {},
      'bundle',
      'Bundle.entry[0]',
    ],
    [
      'a search result without a fullUrl',
      { ...collection([{ resource: patient, search: { mode: 'match' } }]), type: 'searchset' },
      {},
      'bundle',
      'Bundle.entry[0]',
    ],
  ],
  right: [
    [
      'the outcome of a search, which is nowhere',
      {
        ...collection([
          {
            resource: {
              resourceType: 'OperationOutcome',
              issue: [{ severity: 'warning', code: 'processing', diagnostics: 'x' }],
            },
            search: { mode: 'outcome' },
          },
        ]),
        type: 'searchset',
      },
      {},
    ],
    [
      'a posted entry without a fullUrl',
      { ...RIGHT_BUNDLE, entry: [{ resource: patient, request: { method: 'POST', url: 'Patient' } }] },
      {},
    ],
    ['a fullUrl of its resource', at('http://x.org/fhir/Patient/p', patient), {}],
    ['a urn:uuid and another id', at('urn:uuid:00000000-0000-4000-8000-000000000001', patient), {}],
    ['a fullUrl and no id', at('http://x.org/fhir/Patient/q', { ...patient, id: undefined }), {}],
    [
      'a posted resource without an id',
      {
        ...RIGHT_BUNDLE,
        entry: [
          {
            fullUrl: 'http://x.org/fhir/Patient/q',
            resource: { ...patient, id: undefined },
            request: { method: 'POST', url: 'Patient' },
          },
        ],
      },
      {},
    ],
    [
      'links to pages',
      {
        ...collection([]),
        entry: undefined,
        link: [
          { relation: 'self', url: 'http://x.org/a' },
          { relation: 'next', url: 'http://x.org/b' },
        ],
      },
      {},
    ],
  ],
};
