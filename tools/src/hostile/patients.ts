/** FHIR lines of patients who are like one another but for what a case does to them. */
export function patientLines(count: number, change: (resource: Resource, i: number) => void = () => {}): string[] {
  return Array.from({ length: count }, (_, i) => {
    const own: Resource[] = [patient(i), condition(i), condition(i, 'E11.9')];
    own.forEach((resource) => change(resource, i));
    return own.map((resource) => JSON.stringify(resource));
  }).flat();
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- What is written is broken on purpose. */
export type Resource = any;

export function patient(i: number): Resource {
  return {
    resourceType: 'Patient',
    id: `p${i}`,
    gender: i % 2 ? 'male' : 'female',
    birthDate: `19${40 + (i % 50)}-03-02`,
  };
}

export function condition(i: number, code = 'I10'): Resource {
  return {
    resourceType: 'Condition',
    id: `c${i}-${code.replace('.', '-')}`,
    subject: { reference: `Patient/p${i}` },
    recordedDate: '2021-05-04',
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code, display: `Code ${code}` }] },
  };
}
