// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a resource has
type Node = any;
export type Held = { resourceType: string; id: string } & Record<string, Node>;

/** Where the values of a search parameter stand, for all types or for one. Written from R4 and US Core, not from the server's tables. */
const PLACES: Record<string, (resource: Held) => Node> = {
  _id: ({ id }) => id,
  patient: ({ subject, patient, beneficiary }) => subject ?? patient ?? beneficiary,
  'Encounter.date': ({ period }) => period,
  'CarePlan.date': ({ period }) => period,
  'Observation.date': ({ effectiveDateTime, effectivePeriod }) => effectiveDateTime ?? effectivePeriod,
  'DiagnosticReport.date': ({ effectiveDateTime, effectivePeriod }) => effectiveDateTime ?? effectivePeriod,
  'Procedure.date': ({ performedDateTime, performedPeriod }) => performedDateTime ?? performedPeriod,
  'Immunization.date': ({ occurrenceDateTime }) => occurrenceDateTime,
  'DocumentReference.period': ({ context }) => context?.period,
  'Encounter.location': ({ location = [] }) => location.map((one: Node) => one.location),
  'CareTeam.role': ({ participant = [] }) => participant.flatMap((one: Node) => one.role),
  'Goal.target-date': ({ target = [] }) => target.map((one: Node) => one.dueDate),
  family: ({ name = [] }) => name.map((one: Node) => one.family),
  'address-city': ({ address }) => address?.city,
  'address-state': ({ address }) => address?.state,
  'address-postalcode': ({ address }) => address?.postalCode,
  birthdate: ({ birthDate }) => birthDate,
  'death-date': ({ deceasedDateTime }) => deceasedDateTime,
  'onset-date': ({ onsetDateTime, onsetPeriod }) => onsetDateTime ?? onsetPeriod,
  'abatement-date': ({ abatementDateTime, abatementPeriod }) => abatementDateTime ?? abatementPeriod,
  'recorded-date': ({ recordedDate }) => recordedDate,
  'asserted-date': ({ extension = [] }) =>
    extension.find((one: Node) => one.url.endsWith('/condition-assertedDate'))?.valueDateTime,
  authoredon: ({ authoredOn }) => authoredOn,
  'ServiceRequest.authored': ({ authoredOn }) => authoredOn,
  'clinical-status': ({ clinicalStatus }) => clinicalStatus,
  'lifecycle-status': ({ lifecycleStatus }) => lifecycleStatus,
  'discharge-disposition': ({ hospitalization }) => hospitalization?.dischargeDisposition,
};

const KINDS: Record<string, readonly string[]> = {
  date: 'date period onset-date abatement-date recorded-date asserted-date authoredon authored target-date birthdate death-date'.split(
    ' ',
  ),
  reference: 'patient encounter location practitioner questionnaire'.split(' '),
  string: 'name family address address-city address-state address-postalcode'.split(' '),
  id: ['_id'],
};

function kindOf(parameter: string): string {
  return Object.keys(KINDS).find((kind) => KINDS[kind].includes(parameter)) ?? 'token';
}

function nodesOf(parameter: string, resource: Held): Node[] {
  const place = PLACES[`${resource.resourceType}.${parameter}`] ?? PLACES[parameter];
  const found = place ? place(resource) : resource[parameter];
  return [found].flat().filter((node) => node !== undefined);
}

/** Whether a resource is found by a parameter with this text: several values are joined by commas. */
export function isFound(parameter: string, text: string, resource: Held): boolean {
  const nodes = nodesOf(parameter, resource);
  return text.split(',').some((value) => nodes.some((node) => MATCHES[kindOf(parameter)](node, value)));
}

const MATCHES: Record<string, (node: Node, value: string) => boolean> = {
  id: (node, value) => node === value,
  token(node, value) {
    const [first, second] = value.split('|');
    return codingsOf(node).some(({ system, code }) => {
      if (second === undefined) return code === first;
      return system === first && (second === '' || code === second);
    });
  },
  reference(node, value) {
    const address = typeof node === 'string' ? node : node.reference;
    return address === value || (/^[^/:]+$/.test(value) && address.endsWith(`/${value}`));
  },
  string: (node, value) => wordsOf(node).some((word) => plain(word).startsWith(plain(value))),
  date(node, value) {
    const [, prefix = 'eq', date] = /^([a-z]{2})?(.*)$/.exec(value)!;
    const [from, to] = spanOf(node);
    const [begin, end] = spanOf(date);
    const isWithin = begin <= from && to <= end;
    const margin = 0.1 * Math.abs(Date.now() - begin);
    const answers: Record<string, boolean> = {
      eq: isWithin,
      ne: !isWithin,
      gt: to > end,
      ge: to > end || isWithin,
      lt: from < begin,
      le: from < begin || isWithin,
      sa: from >= end,
      eb: to <= begin,
      ap: to > begin - margin && from < end + margin,
    };
    return answers[prefix];
  },
};

/** Codings of a code, Coding, CodeableConcept or Identifier. */
function codingsOf(node: Node): { system?: string; code: string }[] {
  if (typeof node === 'string') return [{ code: node }];
  if (node.coding) return node.coding;
  const code = node.code ?? node.value;
  return code === undefined ? [] : [{ system: node.system, code }];
}

/** All words of a name or address, and a string itself. */
function wordsOf(node: Node): string[] {
  if (typeof node === 'string') return [node];
  return Object.entries(node as Record<string, string | string[]>).flatMap(([name, value]) =>
    ['use', 'type', 'period'].includes(name) ? [] : value,
  );
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Milliseconds from which and before which a date or Period is. */
function spanOf(node: Node): [from: number, to: number] {
  if (typeof node === 'object')
    return [node.start ? spanOf(node.start)[0] : -Infinity, node.end ? spanOf(node.end)[1] : Infinity];
  const text = node as string;
  if (text.length > 10) return [Date.parse(text), Date.parse(text) + 1000];
  const [year, month, day] = text.split('-').map(Number);
  const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  if (month === undefined) return [from, Date.UTC(year + 1, 0, 1)];
  return [from, day === undefined ? Date.UTC(year, month, 1) : from + 86_400_000];
}

const PREFIXES = ['', 'eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sa', 'eb', 'ap'];

/** The texts by which a parameter may ask for what this resource has, the plainest first; none where it has nothing. */
export function textsFor(parameter: string, resource: Held): string[] {
  const [node] = nodesOf(parameter, resource);
  if (node === undefined) return [];
  switch (kindOf(parameter)) {
    case 'id':
      return [node];
    case 'reference': {
      const address = typeof node === 'string' ? node : node.reference;
      return address.includes(':') ? [address] : [address, address.split('/')[1]];
    }
    case 'string': {
      const [word] = wordsOf(node);
      return [word, word.slice(0, 3).toUpperCase()];
    }
    case 'date': {
      const date: string = typeof node === 'string' ? node : (node.start ?? node.end);
      return [date, date.slice(0, 7)].flatMap((text) => PREFIXES.map((prefix) => prefix + text));
    }
    default:
      return codingsOf(node).flatMap(({ system, code }) =>
        system === undefined ? [code] : [`${system}|${code}`, code, `${system}|`],
      );
  }
}
