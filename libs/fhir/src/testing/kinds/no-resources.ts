import type { KindOfFault } from './kind-of-fault.ts';
import { parameters, collection, at, condition, to } from './parts.ts';

export const NO_RESOURCES: KindOfFault = {
  broken: [
    ['a datatype as a resource', { resourceType: 'HumanName' }, { family: 'x' }, 'structure', 'HumanName'],
    ['a primitive as a resource', { resourceType: 'string' }, {}, 'structure', 'string'],
    ['an abstract resource', { resourceType: 'DomainResource' }, {}, 'structure', 'DomainResource'],
    ['the most abstract resource', { resourceType: 'Resource' }, { id: 'x' }, 'structure', 'Resource'],
    ['a backbone as a resource', { resourceType: 'BackboneElement' }, {}, 'structure', 'BackboneElement'],
    [
      'a datatype in an entry',
      at('urn:uuid:00000000-0000-4000-8000-000000000001', { resourceType: 'HumanName', family: 'x' }),
      {},
      'structure',
      'HumanName',
    ],
    [
      'a datatype contained',
      condition,
      { ...to('#x'), contained: [{ resourceType: 'HumanName', id: 'x' }] },
      'structure',
      'Condition.contained[0]',
    ],
    [
      'an abstract type in Parameters',
      parameters,
      { parameter: [{ name: 'x', resource: { resourceType: 'Resource' } }] },
      'structure',
      'Parameters.parameter[0].resource',
    ],
    [
      'a datatype in a Bundle in Parameters',
      parameters,
      {
        parameter: [
          {
            name: 'x',
            resource: at('urn:uuid:00000000-0000-4000-8000-000000000001', { resourceType: 'Age' }),
          },
        ],
      },
      'structure',
      'Parameters.parameter[0].resource.entry[0].resource',
    ],
    ['a name of JavaScript as a resource', { resourceType: 'constructor' }, {}, 'structure', 'constructor'],
    [
      'an entry without a resourceType',
      collection([{ resource: { id: 'x' } }]),
      {},
      'structure',
      'Bundle.entry[0].resource',
    ],
    ['an entry that is text', collection([{ resource: 'x' }]), {}, 'structure', 'Bundle.entry[0].resource'],
  ],
  right: [
    ['a resource in Parameters', parameters, { parameter: [{ name: 'x', resource: { resourceType: 'Patient' } }] }],
    ['a Binary', { resourceType: 'Binary', contentType: 'text/plain', data: 'AAAA' }, {}],
    [
      'a Bundle in a Bundle',
      at(
        'urn:uuid:00000000-0000-4000-8000-000000000001',
        at('urn:uuid:00000000-0000-4000-8000-000000000002', { resourceType: 'Patient' }),
      ),
      {},
    ],
  ],
};
