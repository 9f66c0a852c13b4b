import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { headline, type Verdict } from '@ehrsynth/release';

/** What the demo came to. */
export interface DemoOutcome {
  /** The verdict in one line, and what it means for whoever would give the synthetic patients away. */
  verdict: string;
  meaning: string;
  /** The first laboratory value that was written, as FHIR; undefined where there is none. */
  laboratoryValue: Record<string, unknown> | undefined;
  /** The engine that trained. */
  engine: string;
}

/** Reads what the demo's steps wrote. @param folder the one that `demoSteps` was given */
export function demoOutcome(folder: string): DemoOutcome {
  const { verdict } = readJson(join(folder, 'report', 'report.json')) as { verdict: Verdict };
  const { options } = readJson(join(folder, 'model', 'run.json')) as { options: { engine: string } };
  return {
    verdict: headline(verdict),
    meaning: meaningOf(verdict),
    laboratoryValue: laboratoryValue(join(folder, 'fhir')),
    engine: options.engine,
  };
}

function meaningOf({ gates }: Verdict): string {
  const attacks = gates.filter(({ section, estimate }) => section === 'privacy' && estimate);
  const count = (outcome: string) => attacks.filter((gate) => gate.outcome === outcome).length;
  const learned = 'more about training patients than about patients that the model never saw';
  if (count('failed') > 0) return `${count('failed')} of ${attacks.length} attacks learned ${learned}.`;
  const found = `None of ${attacks.length} attacks was shown to learn ${learned}`;
  const unsure = count('too few to tell');
  return unsure > 0
    ? `${found}; ${unsure} cannot be ruled out with so few patients.`
    : `${found}, and each was ruled out.`;
}

/** The first laboratory value in a folder of Bundles; what says where it comes from is left out. */
function laboratoryValue(folder: string): Record<string, unknown> | undefined {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\d.*\.json$/.test(path));
  for (const file of files.sort()) {
    const { entry = [] } = readJson(join(folder, file)) as { entry?: { resource: Observation }[] };
    const found = entry.map(({ resource }) => resource).find((one) => one.valueQuantity && isLaboratory(one));
    if (!found) continue;
    const shown = Object.entries(found).filter(([name]) => name !== 'meta' && name !== 'identifier');
    return Object.fromEntries(shown);
  }
  return undefined;
}

interface Observation {
  category?: { coding?: { code?: string }[] }[];
  valueQuantity?: unknown;
}

function isLaboratory({ category = [] }: Observation): boolean {
  return category.some(({ coding }) => coding?.some(({ code }) => code === 'laboratory'));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
