import type { KindOfFault } from './kind-of-fault.ts';
import { ucum, organization, risk, patient } from './parts.ts';

export const RULES_ON_DATATYPES: KindOfFault = {
  broken: [
    [
      'an organization at home (org-2)',
      organization,
      { address: [{ use: 'home', city: 'x' }] },
      'invariant',
      'Organization.address[0]',
    ],
    [
      'the home telephone of an organization (org-3)',
      organization,
      {
        telecom: [
          { system: 'phone', value: '1', use: 'work' },
          { system: 'phone', value: '2', use: 'home' },
        ],
      },
      'invariant',
      'Organization.telecom[1]',
    ],
    [
      'the home telephone of a contained organization (org-3)',
      patient,
      {
        managingOrganization: { reference: '#x' },
        contained: [{ ...organization, id: 'x', telecom: [{ system: 'phone', value: '1', use: 'home' }] }],
      },
      'invariant',
      'Patient.contained[0].telecom[0]',
    ],
    [
      'a probability in another unit (ras-1)',
      risk,
      { prediction: [{ probabilityRange: { low: ucum(1, 'kg'), high: ucum(2, 'kg') } }] },
      'invariant',
      'RiskAssessment.prediction[0].probabilityRange',
    ],
    [
      'a binding without its value set (sdf-10)',
      {
        resourceType: 'StructureDefinition',
        url: 'urn:x',
        name: 'X',
        status: 'draft',
        kind: 'resource',
        abstract: false,
        type: 'Patient',
        baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
        derivation: 'constraint',
      },
      {
        snapshot: {
          element: [
            {
              id: 'Patient',
              path: 'Patient',
              definition: 'x',
              min: 0,
              max: '*',
              base: { path: 'Patient', min: 0, max: '*' },
              binding: { strength: 'required' },
            },
          ],
        },
      },
      'invariant',
      'StructureDefinition.snapshot.element[0]',
    ],
  ],
  right: [
    [
      'an organization at work',
      organization,
      { address: [{ use: 'work', city: 'x' }], telecom: [{ system: 'phone', value: '1', use: 'work' }] },
    ],
    [
      'a patient at home',
      patient,
      { address: [{ use: 'home', city: 'x' }], telecom: [{ system: 'phone', value: '1', use: 'home' }] },
    ],
    [
      'a probability in percent',
      risk,
      { prediction: [{ probabilityRange: { low: ucum(1, '%'), high: ucum(2, '%') } }] },
    ],
    ['a probability as a number', risk, { prediction: [{ probabilityDecimal: 0.5 }] }],
  ],
};
