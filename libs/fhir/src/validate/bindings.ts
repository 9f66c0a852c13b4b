import type { ElementNode } from './definitions.ts';
import type { Report } from './finding.ts';
import { expand } from './value-sets.ts';

interface Code {
  /** Undefined for an element of type code. */
  system?: string;
  code: string;
}

/**
 * A coded value is of the value set that its element is bound to: an error where the binding is required; a warning where
 * it is extensible, for a code of another system may stand there only where the set has none that fits. Text alone passes
 * where the binding is not required.
 * @see FHIR R4, terminologies, "required"
 */
export function checkBinding(
  value: unknown,
  { strength, valueSet }: NonNullable<ElementNode['binding']>,
  path: string,
  report: Report,
): void {
  const codes = codesIn(value);
  if (codes.length === 0) {
    if (strength === 'required' && isTextAlone(value)) {
      const message = `No code; one of the required value set ${valueSet} is needed`;
      report('error', 'binding', path, message, `Add a coding of ${valueSet}.`);
    }
    return;
  }
  const members = expand(valueSet);
  if (!members || codes.some(({ system, code }) => members.has(system, code))) return;
  const given = codes.map(({ system, code }) => (system ? `${system}|${code}` : code)).join(', ');
  const [severity, may] = strength === 'required' ? (['error', 'must'] as const) : (['warning', 'should'] as const);
  report(
    severity,
    'binding',
    path,
    `${given} is not in the ${strength} value set ${valueSet}`,
    `The code ${may} come from ${valueSet}.`,
  );
}

/** A concept that has text and nothing else: no coding, and no extension that says why. */
function isTextAlone(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'text' in value && !['coding', 'code', 'extension', '_text'].some((name) => name in value);
}

function codesIn(value: unknown): Code[] {
  if (typeof value === 'string') return [{ code: value }];
  if (typeof value !== 'object' || value === null) return [];
  const { coding } = value as { coding?: unknown };
  const codings = (Array.isArray(coding) ? coding : [value]) as (Partial<Code> | null)[];
  return codings
    .filter((entry) => typeof entry?.code === 'string')
    .map((entry) => ({ system: entry!.system ?? '', code: entry!.code! }));
}
