const DAY = 86_400_000;
const DAYS_OF = { h: 1 / 24, d: 1, wk: 7, mo: 30, a: 365 };

/** How a concept reads: its text, a display, or a code. */
export function textOf(concept) {
  const [coding] = concept?.coding ?? [];
  return String(concept?.text ?? coding?.display ?? coding?.code ?? 'without a code');
}

export function nameOf({ id, name = [] }) {
  const [first] = name;
  return String(first?.text ?? ([...(first?.given ?? []), first?.family].filter(Boolean).join(' ') || id));
}

/** Resources as what a timeline shows: kind, label, start and end in milliseconds, and for values a number and its unit. */
export function eventsOf(resources) {
  const medications = new Map(resources.map((one) => [`${one.resourceType}/${one.id}`, one]));
  return resources
    .flatMap((resource) => (READERS[resource.resourceType] ?? other)(resource, medications))
    .filter(({ start }) => Number.isFinite(start))
    .sort((a, b) => a.start - b.start);
}

const READERS = {
  Patient: () => [],
  Encounter: (resource) => {
    const { class: kind, type = [], period } = resource;
    const label = kind?.display ?? kind?.code ?? (type.length > 0 ? textOf(type[0]) : 'visit');
    return [event('visit', String(label), period?.start, period?.end, resource)];
  },
  Condition: (resource) => {
    const start = resource.onsetDateTime ?? resource.onsetPeriod?.start ?? resource.recordedDate;
    return [event('condition', textOf(resource.code), start, resource.abatementDateTime, resource)];
  },
  MedicationRequest: drug,
  MedicationDispense: drug,
  MedicationStatement: drug,
  MedicationAdministration: drug,
  Procedure: (resource) => {
    const start = resource.performedDateTime ?? resource.performedPeriod?.start;
    return [event('procedure', textOf(resource.code), start, resource.performedPeriod?.end, resource)];
  },
  Immunization: (resource) => [
    event('vaccine', textOf(resource.vaccineCode), resource.occurrenceDateTime, undefined, resource),
  ],
  Observation: (resource) => {
    const start = resource.effectiveDateTime ?? resource.effectivePeriod?.start ?? resource.effectiveInstant;
    const measured = [resource, ...(resource.component ?? [])].filter(({ valueQuantity }) =>
      Number.isFinite(valueQuantity?.value),
    );
    const values = measured.map(({ code, valueQuantity: { value, unit, code: unitCode } }) => ({
      ...event('value', textOf(code), start, undefined, resource),
      value,
      unit: String(unit ?? unitCode ?? ''),
    }));
    if (values.length > 0) return values;
    const said = resource.valueCodeableConcept ? textOf(resource.valueCodeableConcept) : resource.valueString;
    const label = said === undefined ? textOf(resource.code) : `${textOf(resource.code)}: ${said}`;
    return [event('finding', label, start, undefined, resource)];
  },
};

function drug(resource, medications) {
  const { medicationCodeableConcept, medicationReference } = resource;
  const concept = medicationCodeableConcept ?? medications.get(medicationReference?.reference)?.code;
  const period = resource.effectivePeriod ?? {};
  const start = resource.authoredOn ?? resource.whenHandedOver ?? resource.effectiveDateTime ?? period.start;
  const supply = resource.dispenseRequest?.expectedSupplyDuration ?? resource.daysSupply;
  const days = (supply?.value ?? 0) * (DAYS_OF[supply?.code] ?? 1);
  const one = event('drug', textOf(concept), start, period.end, resource);
  return [days > 0 ? { ...one, end: one.start + days * DAY } : one];
}

/** Anything else, where it says when it was. */
function other(resource) {
  const { resourceType, date, issued, recordedDate, created, code, type } = resource;
  const label = textOf(code ?? (Array.isArray(type) ? type[0] : type));
  return [event('other', `${resourceType}: ${label}`, date ?? issued ?? recordedDate ?? created, undefined, resource)];
}

function event(kind, label, start, end, resource) {
  const from = Date.parse(start);
  const to = Date.parse(end);
  return { kind, label, start: from, end: to > from ? to : from, resource };
}
