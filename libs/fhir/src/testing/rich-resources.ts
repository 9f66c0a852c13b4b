import { RIGHT } from './right-resources.ts';

/** Every right resource in one Bundle. */
export const BUNDLE_OF_ALL = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: Object.values(RIGHT).map((resource) => ({
    fullUrl: `http://x.org/fhir/${resource.resourceType}/${resource.id}`,
    resource,
  })),
};

export const PARAMETERS = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'a', valueString: 'x' },
    { name: 'b', part: [{ name: 'c', resource: RIGHT.patient }] },
  ],
};

/** The forms that the others lack: contained, narrative, extensions, siblings, periods, ranges. */
export const RICH = {
  resourceType: 'MedicationRequest',
  id: 'rich',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>x &amp; y</p></div>' },
  contained: [
    { resourceType: 'Medication', id: 'x', code: RIGHT.medication.medicationCodeableConcept },
    { resourceType: 'Medication', id: 'y', ingredient: [{ itemReference: { reference: '#x' } }] },
  ],
  extension: [
    { url: 'urn:a', extension: [{ url: 'b', valueRange: { low: { value: 1 }, high: { value: 2 } } }] },
  ],
  status: 'active',
  _status: { id: 's', extension: [{ url: 'urn:c', valueCode: 'x' }] },
  intent: 'order',
  medicationReference: { reference: '#y' },
  subject: { reference: 'Patient/p', type: 'Patient', display: 'x' },
  authoredOn: '2010-01-01T10:00:00+02:00',
  instantiatesUri: ['urn:a', null],
  _instantiatesUri: [null, { extension: [{ url: 'urn:c', valueUri: 'urn:d' }] }],
  dosageInstruction: [
    {
      text: 'x',
      timing: {
        repeat: {
          boundsPeriod: { start: '2010-01-01', end: '2010-02' },
          frequency: 1,
          period: 1,
          periodUnit: 'd',
        },
      },
      doseAndRate: [
        { doseQuantity: { value: 1.5, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } },
      ],
    },
  ],
  dispenseRequest: { numberOfRepeatsAllowed: 2, quantity: { value: 30 } },
};
