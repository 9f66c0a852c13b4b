import type { KindOfFault } from './kind-of-fault.ts';
import { RIGHT_BUNDLE } from '../right-resources.ts';
import { SUBJECT, at, to, parameters, collection, patient, condition } from './parts.ts';

const URL_OF_PATIENT = 'urn:uuid:00000000-0000-4000-8000-000000000001';

export const REFERENCES: KindOfFault = {
  broken: [
    [
      'two contained resources of one id',
      condition,
      {
        ...to('#x'),
        contained: [
          { resourceType: 'Patient', id: 'x' },
          { resourceType: 'Patient', id: 'x' },
        ],
      },
      'reference',
      'Condition.contained[1].id',
    ],
    ['a reference of a type alone', condition, { subject: { type: 'Patient' } }, 'reference', SUBJECT],
    ['a reference with a blank', condition, to('Patient p1'), 'reference', SUBJECT],
    ['a reference without an id', condition, to('Patient/'), 'reference', SUBJECT],
    ['a reference in small letters', condition, to('patient/p1'), 'reference', SUBJECT],
    ['a reference to an id of 65 letters', condition, to(`Patient/${'x'.repeat(65)}`), 'reference', SUBJECT],
    ['a reference that is a script', condition, to('javascript:alert(1)'), 'reference', SUBJECT],
    ['a reference to a file', condition, to('file:///etc/passwd'), 'reference', SUBJECT],
    ['a reference of three parts', condition, to('Patient/a/b'), 'reference', SUBJECT],
    ['a reference that is an id', condition, to('p1'), 'reference', SUBJECT],
    ['a reference that begins with a slash', condition, to('/Patient/p1'), 'reference', SUBJECT],
    ['a reference with an underscore in the id', condition, to('Patient/p_1'), 'reference', SUBJECT],
    ['a reference to a type that R4 lacks', condition, to('Person1/p'), 'reference', SUBJECT],
    ['a reference to a datatype', condition, to('HumanName/p'), 'reference', SUBJECT],
    ['a reference to an abstract type', condition, to('Resource/p'), 'reference', SUBJECT],
    ['a reference with a version as of a canonical', condition, to('Patient/p|1'), 'reference', SUBJECT],
    ['a history without its version', condition, to('Patient/p/_history'), 'reference', SUBJECT],
    ['a history with an odd version', condition, to('Patient/p/_history/v_1'), 'reference', SUBJECT],
    ['a search of a type that R4 lacks', condition, to('Persons?identifier=1'), 'reference', SUBJECT],
    ['a search without its value', condition, to('Patient?identifier='), 'reference', SUBJECT],
    ['a search with an odd name', condition, to('Patient?identifier=1&?=='), 'reference', SUBJECT],
    [
      'a search in a collection',
      at('urn:uuid:00000000-0000-4000-8000-000000000002', {
        ...condition,
        encounter: undefined,
        ...to('Patient?identifier=urn:x|1'),
      }),
      {},
      'reference',
      SUBJECT,
    ],
    ['a search in a lone resource', condition, to('Patient?identifier=urn:x|1'), 'reference', SUBJECT, 'warning'],
    [
      'a resource in Parameters that refers to nothing contained',
      parameters,
      {
        parameter: [
          { name: 'a', valueReference: { reference: '#p' } },
          { name: 'b', resource: patient },
        ],
      },
      'reference',
      'Parameters.parameter[0].valueReference',
    ],
    [
      'a Bundle in Parameters whose fullUrl is of another resource',
      parameters,
      {
        parameter: [{ name: 'x', part: [{ name: 'y', resource: at('http://x.org/fhir/Patient/q', patient) }] }],
      },
      'bundle',
      'Parameters.parameter[0].part[0].resource.entry[0].fullUrl',
    ],
    ['an address without a host', condition, to('http://'), 'reference', SUBJECT],
    ['an address with a blank', condition, to('http://x.org/Patient/a b'), 'reference', SUBJECT],
    ['an address of no patient', condition, to('http://x.org/fhir/Patient/'), 'reference', SUBJECT],
    ['a urn:uuid that is none', condition, to('urn:uuid:p1'), 'reference', SUBJECT],
    ['a urn:oid that is none', condition, to('urn:oid:1.x'), 'reference', SUBJECT],
    ['a fragment of nothing', condition, to('#p'), 'reference', SUBJECT],
    ['a resource that is its own container', condition, to('#'), 'reference', SUBJECT],
    [
      'a malformed reference in an extension',
      patient,
      { extension: [{ url: 'urn:x', valueReference: { reference: 'Patient p1' } }] },
      'reference',
      'Patient.extension[0].valueReference',
    ],
    [
      'a malformed reference in Parameters',
      parameters,
      { parameter: [{ name: 'x', valueReference: { reference: 'patient/p1' } }] },
      'reference',
      'Parameters.parameter[0].valueReference',
    ],
  ],
  right: [
    [
      'a reason in place of a reference',
      condition,
      {
        subject: {
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
        },
      },
    ],
    [
      'two contained resources of two ids',
      condition,
      {
        ...to('#x'),
        contained: [
          { resourceType: 'Patient', id: 'x', link: [{ other: { reference: '#y' }, type: 'seealso' }] },
          { resourceType: 'Patient', id: 'y' },
        ],
      },
    ],
    ['a version of a patient', condition, to('Patient/p/_history/1')],
    ['an address', condition, to('https://x.org/fhir/Patient/p')],
    ['a version at an address', condition, to('https://x.org/fhir/Patient/p/_history/1')],
    ['an address that is not of FHIR', condition, to('https://x.org/patients?id=1')],
    ['an id of 64 letters', condition, to(`Patient/${'x'.repeat(64)}`)],
    ['an id of dots and hyphens', condition, to('Patient/a.b-c')],
    ['an OID that is known elsewhere', condition, to('urn:oid:1.2.36.146.595.217.0.1')],
    ['an identifier in place of a reference', condition, { subject: { identifier: { system: 'urn:x', value: '1' } } }],
    ['a display alone', condition, { subject: { display: 'x' } }],
    ['a patient that is contained', condition, { ...to('#x'), contained: [{ resourceType: 'Patient', id: 'x' }] }],
    [
      'what is contained refers to its container',
      patient,
      {
        contained: [
          {
            resourceType: 'Provenance',
            id: 'x',
            target: [{ reference: '#' }],
            recorded: '2010-01-01T00:00:00Z',
            agent: [{ who: { display: 'x' } }],
          },
        ],
      },
    ],
    [
      'a search in a transaction',
      RIGHT_BUNDLE,
      {
        entry: [
          RIGHT_BUNDLE.entry[0],
          {
            ...RIGHT_BUNDLE.entry[1],
            resource: {
              ...RIGHT_BUNDLE.entry[1].resource,
              ...to('Patient?identifier=http://x.org/a|1&active=true'),
            },
          },
        ],
      },
    ],
    [
      'resources in Parameters that refer to each other',
      parameters,
      {
        parameter: [
          { name: 'a', resource: { ...condition, encounter: undefined } },
          { name: 'b', part: [{ name: 'c', resource: patient }] },
        ],
      },
    ],
    [
      'a Bundle in Parameters with addresses of its own',
      parameters,
      {
        parameter: [
          {
            name: 'a',
            resource: collection([
              { fullUrl: URL_OF_PATIENT, resource: { ...patient, id: undefined } },
              {
                fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000002',
                resource: { ...condition, id: undefined, encounter: undefined, ...to(URL_OF_PATIENT) },
              },
            ]),
          },
        ],
      },
    ],
    [
      'a resource:0 of a SMART Health Card',
      collection([
        { fullUrl: 'resource:0', resource: { resourceType: 'Patient' } },
        {
          fullUrl: 'resource:1',
          resource: { ...condition, id: undefined, encounter: undefined, ...to('resource:0') },
        },
      ]),
      {},
    ],
  ],
};
