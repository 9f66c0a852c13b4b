import type { HumanName, Location, Organization, Practitioner, PractitionerRole, Reference } from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import { identifierOf, metaOf, TERMINOLOGY, type Written } from '../resource.ts';
import { inWords, MadeUp } from './made-up.ts';

/** Where care is given, and by whom: as many sites, and at each as many of every specialty. */
const [SITES, CLINICIANS] = [3, 4];

/** Specialties of the National Uniform Claim Committee's taxonomy, and the place at which each works. */
const SPECIALTIES = {
  office: { code: '207Q00000X', display: 'Family Medicine Physician' },
  emergency: { code: '207P00000X', display: 'Emergency Medicine Physician' },
  ward: { code: '207R00000X', display: 'Internal Medicine Physician' },
} as const;
export type Place = keyof typeof SPECIALTIES;

/** Codes of HL7's v3-RoleCode. */
const PLACES: Record<Place, { name: string; code: string; display: string }> = {
  office: { name: 'Clinic', code: 'OF', display: 'Outpatient facility' },
  emergency: { name: 'Emergency Department', code: 'ER', display: 'Emergency room' },
  ward: { name: 'Medical Ward', code: 'HU', display: 'Hospital unit' },
};
const NUCC = 'http://nucc.org/provider-taxonomy';

export interface Clinician {
  practitioner: Practitioner & Written;
  role: PractitionerRole & Written;
  name: string;
  specialty: string;
}

export interface Site {
  organization: Organization & Written;
  locations: Record<Place, Location & Written>;
  clinicians: Record<Place, readonly Clinician[]>;
}

/** An organization of HL7's type, its number and address made up. */
function organizationOf(id: string, name: string, code: string, display: string, made: MadeUp): Organization & Written {
  return {
    resourceType: 'Organization',
    id,
    meta: metaOf('organization'),
    identifier: identifierOf(id),
    active: true,
    type: [{ coding: [{ system: `${TERMINOLOGY}/organization-type`, code, display }] }],
    name,
    telecom: [made.phone('work')],
    address: [{ ...made.address(), use: 'work' }],
  };
}

/** An organization, its places and its clinicians, all made up; the same for the same number. */
function siteOf(number: number): Site {
  const name = `site/${number}`;
  const made = new MadeUp(name);
  const title = `${made.town()} Test Hospital`;
  const organization = organizationOf(uuidOf(name), title, 'prov', 'Healthcare Provider', made);
  const { telecom, address } = organization;
  const within = referenceTo(organization, title);
  const places = Object.keys(SPECIALTIES) as Place[];
  const locations = places.map((place): Location & Written => {
    const own = uuidOf(`${name}/${place}`);
    const { code, display } = PLACES[place];
    return {
      resourceType: 'Location',
      id: own,
      meta: metaOf('location'),
      identifier: identifierOf(own),
      status: 'active',
      name: `${title} ${PLACES[place].name}`,
      type: [{ coding: [{ system: `${TERMINOLOGY}/v3-RoleCode`, code, display }] }],
      telecom,
      address: address![0],
      managingOrganization: within,
    };
  });
  const clinicians = places.map((place) =>
    Array.from({ length: CLINICIANS }, (_, i) => clinicianOf(`${name}/${place}/${i}`, place, within)),
  );
  const byPlace = <T>(list: readonly T[]) =>
    Object.fromEntries(places.map((place, i) => [place, list[i]])) as Record<Place, T>;
  return { organization, locations: byPlace(locations), clinicians: byPlace(clinicians) };
}

function clinicianOf(name: string, place: Place, organization: Reference): Clinician {
  const made = new MadeUp(name);
  const [id, role] = [uuidOf(name), uuidOf(`${name}/role`)];
  const gender = made.pick(['female', 'male'] as const);
  const { family, given } = made.person(gender);
  const own: HumanName = { use: 'official', family, given: given.slice(0, 1), prefix: ['Dr.'] };
  const practitioner: Practitioner & Written = {
    resourceType: 'Practitioner',
    id,
    meta: metaOf('practitioner'),
    identifier: identifierOf(id),
    active: true,
    name: [own],
    telecom: [made.phone('work')],
    gender,
  };
  const { code, display } = SPECIALTIES[place];
  const specialty = [{ coding: [{ system: NUCC, code, display }], text: display }];
  return {
    practitioner,
    role: {
      resourceType: 'PractitionerRole',
      id: role,
      meta: metaOf('practitionerrole'),
      identifier: identifierOf(role),
      active: true,
      practitioner: referenceTo(practitioner, inWords(own)),
      organization,
      code: [{ coding: [{ system: `${TERMINOLOGY}/practitioner-role`, code: 'doctor', display: 'Doctor' }] }],
      specialty,
      telecom: [made.phone('work')],
    },
    name: inWords(own),
    specialty: display.replace(' Physician', ''),
  };
}

/** Who pays, made up but for their kinds. Codes of the Source of Payment Typology. */
const PAYERS = {
  medicare: { name: 'Test Medicare Plan', code: '1', display: 'MEDICARE' },
  commercial: { name: 'Test Commercial Health Plan', code: '5', display: 'PRIVATE HEALTH INSURANCE' },
} as const;
export type PayerKind = keyof typeof PAYERS;

export interface Payer {
  organization: Organization & Written;
  code: string;
  display: string;
}

function payerOf(kind: PayerKind): Payer {
  const id = `payer/${kind}`;
  const { name, code, display } = PAYERS[kind];
  const organization = organizationOf(uuidOf(id), name, 'pay', 'Payer', new MadeUp(id));
  return { organization, code, display };
}

const sites = new Map<number, Site>();
const payers = new Map<PayerKind, Payer>();

/** The site at which a patient is treated. */
export function siteFor(patient: string): Site {
  const number = new MadeUp(`${patient}/site`).pick(Array.from({ length: SITES }, (_, i) => i));
  if (!sites.has(number)) sites.set(number, siteOf(number));
  return sites.get(number)!;
}

export function payer(kind: PayerKind): Payer {
  if (!payers.has(kind)) payers.set(kind, payerOf(kind));
  return payers.get(kind)!;
}

export function referenceTo({ resourceType, id }: Written, display?: string): { reference: string; display?: string } {
  return { reference: `${resourceType}/${id}`, ...(display !== undefined && { display }) };
}
