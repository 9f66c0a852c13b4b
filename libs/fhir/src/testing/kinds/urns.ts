import { coded } from '../right-resources.ts';
import type { KindOfFault } from './kind-of-fault.ts';
import { patient } from './parts.ts';

const identified = (system: string) => ({ identifier: [{ system, value: '1' }] });
const SYSTEM = 'Patient.identifier[0].system';
const bare = { ...patient, meta: undefined };

/** URIs that say that they are OIDs or UUIDs. */
export const URNS: KindOfFault = {
  broken: [
    ['an OID with a leading zero', patient, identified('urn:oid:2.16.840.01'), 'format', SYSTEM],
    ['an OID that ends with its dot', patient, identified('urn:oid:2.16.'), 'format', SYSTEM],
    ['an OID of letters', patient, identified('urn:oid:abc'), 'format', SYSTEM],
    ['an OID that begins with 3', patient, identified('urn:oid:3.16.840'), 'format', SYSTEM],
    [
      'a system that is a UUID in capitals',
      patient,
      identified('urn:uuid:ABCDEF00-0000-4000-8000-000000000002'),
      'format',
      SYSTEM,
    ],
    [
      'an OID of a code that is none',
      bare,
      { maritalStatus: coded('urn:oid:2..16', 'M') },
      'format',
      'Patient.maritalStatus.coding[0].system',
    ],
    [
      'a source that is no OID',
      patient,
      { meta: { ...patient.meta, source: 'urn:oid:x' } },
      'format',
      'Patient.meta.source',
    ],
  ],
  right: [
    ['an OID', patient, identified('urn:oid:2.16.840.1.113883.4.1')],
    ['an OID of a large arc', patient, identified('urn:oid:2.25.329800735698586629295641978511506172918')],
    ['a UUID', patient, identified('urn:uuid:00000000-0000-4000-8000-000000000001')],
    ['another URN', patient, identified('urn:ietf:rfc:3986')],
    ['a part of a source', patient, { meta: { ...patient.meta, source: 'urn:oid:1.2.3#part' } }],
  ],
};
