import { addDays, type EventKind, System } from '@ehrsynth/records';
import { type Coding, codingsOf, type Concept } from './codings.ts';
import { dateOf } from './dates.ts';
import { modifierOf } from './extension.ts';
import type { Note } from './note.ts';
import type { EventDetails } from './details.ts';
import { quantityOf } from './quantity.ts';
import { resolve } from './references.ts';
import type { Found } from './found.ts';
import type { Resource } from './resources.ts';
import type { SystemAliases } from './systems.ts';

/** A service or drug of a claim's line. */
export interface Line {
  kind: EventKind;
  codings: Coding[];
  start?: string;
  end?: string;
  encounter?: string;
  details?: EventDetails;
}

const DRUGS = new Set<string>([System.ndc, System.rxnorm, System.atc]);
/**
 * What lines of bills have that is neither a service nor a drug: revenue and rate codes, groups, "compound", "absent"; and
 * SNOMED CT and CVX, in which a line may be a visit, a diagnosis or a vaccine.
 */
const NOT_READ = [
  /revenue/i,
  /HIPPS/i,
  /DRG/,
  /compound(ing|Literal)/i,
  /data-absent-reason/,
  /NullFlavor/,
  /snomed\.info/,
  /\/cvx$/,
];
/** CPT's modifier for a procedure that was called off before the anaesthesia. */
const CALLED_OFF = '73';
const CALLED_OFF_WITHIN = /^\w{5}\s*[:-](?:.*[,:\s-])?73\b/;
const MOST_DAYS = 366;

/**
 * The services and drugs of a claim's lines, their details among them; how many lines have neither, and how many take back
 * what another line bills.
 */
export function linesOf(
  found: Found,
  aliases: SystemAliases,
  notes: Note[],
): { read: Line[]; left: number; reversed: number } {
  const { resource } = found;
  const days = daysSupplied(resource);
  const read: Line[] = [];
  let left = 0;
  let reversed = 0;
  for (const item of (resource.item ?? []) as Resource[]) {
    if (isNegative(item)) {
      reversed++;
      continue;
    }
    const details = ((item.detail ?? []) as Resource[]).flatMap((detail) => [
      detail,
      ...((detail.subDetail ?? []) as Resource[]),
    ]);
    const lines = [item, ...details.filter((detail) => !isNegative(detail))]
      .map((line) => lineOf(line, aliases, notes))
      .filter((line) => line !== undefined);
    if (lines.length === 0) left++;
    const start = dateOf(item.servicedDate ?? item.servicedPeriod?.start ?? item.servicedPeriod?.end);
    const encounter = resolve(item.encounter?.[0]?.reference, found);
    for (const line of lines) {
      const day = start ?? dateOf(resource.billablePeriod?.start);
      const isDrug = line.kind === 'drug';
      const details = isDrug && days !== undefined ? { ...line.details, daysSupply: days } : line.details;
      read.push({
        ...line,
        ...(details && { details }),
        start,
        encounter,
        end: isDrug ? lastDay(day, days) : dateOf(item.servicedPeriod?.end),
      });
    }
  }
  return { read, left, reversed };
}

function isNegative({ quantity }: Resource): boolean {
  return Number(quantity?.value) < 0;
}

function lineOf(line: Resource, aliases: SystemAliases, notes: Note[]): Line | undefined {
  const { productOrService, quantity, modifier } = line;
  if (modifierOf(line)) return undefined;
  const codings = codingsOf(productOrService)
    .map((coding) => ({ coding, system: aliases.resolve(coding.system) ?? coding.system }))
    .filter(({ system }) => !NOT_READ.some((pattern) => pattern.test(system)));
  if (codings.length === 0) return undefined;
  const modifiers = ((modifier ?? []) as Concept[]).flatMap((one) => codingsOf(one));
  if (modifiers.some(({ code }) => code === CALLED_OFF)) return undefined;
  if (codings.some(({ coding }) => CALLED_OFF_WITHIN.test(coding.code))) return undefined;
  const drugs = codings.filter(({ system }) => DRUGS.has(system)).map(({ coding }) => coding);
  if (drugs.length === 0) return { kind: 'procedure', codings: codings.map(({ coding }) => coding) };
  const given = quantityOf(quantity, 'item.quantity', notes);
  return { kind: 'drug', codings: drugs, ...(given && { details: { quantity: given } }) };
}

/** For how many days the drugs of a pharmacy's claim last. @see CARIN Blue Button, supportingInfo "dayssupply" */
function daysSupplied({ supportingInfo }: Resource): number | undefined {
  const infos = (supportingInfo ?? []) as Resource[];
  const info = infos.find(({ category }) => codingsOf(category).some(({ code }) => code === 'dayssupply'));
  const days: unknown = info?.valueQuantity?.value;
  return Number.isInteger(days) && Number(days) > 0 && Number(days) <= MOST_DAYS ? Number(days) : undefined;
}

function lastDay(start: string | undefined, days: number | undefined): string | undefined {
  return start === undefined || days === undefined ? undefined : addDays(start, days - 1);
}
