import { groupBy } from '@ehrsynth/records';
import type { Kept } from './newest.ts';
import type { Person } from './people.ts';
import type { Level, Scopes } from './scopes.ts';

type KeptPerson = Kept & { person: Person };

/**
 * Where Patients with one id cannot be one person: within what the id means one, the folder or else the Bundle; 'nothing' where
 * two of one place contradict each other. Undefined where they may all be versions of one.
 */
export function dividedBy(versions: KeptPerson[], scopes: Scopes): Level | 'nothing' | undefined {
  if (isConsistent(versions)) return undefined;
  for (const level of ['folder', 'bundle'] as const) {
    const parts = groupBy(versions, ({ scope }) => scopes.nameOf(scope, level));
    if ([...parts.values()].every(isConsistent)) return level;
  }
  return 'nothing';
}

function isConsistent(versions: KeptPerson[]): boolean {
  const distinct = [...new Map(versions.map((one) => [lookOf(one), one])).values()];
  return distinct.every((a, i) => distinct.slice(i + 1).every((b) => !contradict(a, b)));
}

/** Another date of birth, and another sex or none of the other's identifiers. What is corrected is rarely more than one. */
function contradict(a: KeptPerson, b: KeptPerson): boolean {
  const [one, other] = [patientOf(a), patientOf(b)];
  if (!one?.birthDate || !other?.birthDate) return false;
  if (one.birthDate.startsWith(other.birthDate) || other.birthDate.startsWith(one.birthDate)) return false;
  const isKnown = one.sex !== 'unknown' && other.sex !== 'unknown';
  return (isKnown && one.sex !== other.sex) || haveOtherIdentifiers(a.person, b.person);
}

/** Whether both have identifiers of one system, and no identifier in common. */
function haveOtherIdentifiers(a: Person, b: Person): boolean {
  const [ours, theirs] = [a, b].map(({ identifiers }) => new Set(identifiers.filter((key) => SYSTEM.test(key))));
  if ([...ours].some((key) => theirs.has(key))) return false;
  const systems = new Set([...ours].map(systemOf));
  return [...theirs].some((key) => systems.has(systemOf(key)));
}

const SYSTEM = /^[^|*][^|]*\|/;

function systemOf(key: string): string {
  return key.slice(0, key.indexOf('|'));
}

function patientOf({ facts: [fact] }: KeptPerson) {
  return fact?.type === 'patient' ? fact : undefined;
}

function lookOf(version: KeptPerson): string {
  const { sex, birthDate } = patientOf(version) ?? {};
  return JSON.stringify([sex, birthDate, version.person.identifiers]);
}
