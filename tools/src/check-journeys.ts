// Three users' whole ways with the installed package and nothing else: a data engineer's from records to a package, or of too few patients a
// refusal that says how many would do, an app developer's from a model to a FHIR server, a researcher's from a table to figures of any generator.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { developApp } from './journeys/app-developer.ts';
import { makePackage, refusePackage, type Refusal } from './journeys/data-engineer.ts';
import { researchMethods } from './journeys/methods-researcher.ts';
import { Installed } from './package/installed.ts';
import { ROOT } from './package/layout.ts';

/** Simulated patients of whom a package is made: with 10,000, exact copies may be too few to tell. */
const SIMULATED = 16_000;
/**
 * Records that are looked for beside the repository, of too few patients: 100, of whom the longest stays are not learned because fewer than ten
 * have them, and 194.
 */
const OUTSIDE: Record<string, Refusal> = {
  'mimic-iv-demo-fhir': { failed: ['prevalence-shortfall'], enough: [500, 5000] },
  'synthea-fhir-r4': { failed: [], enough: [500, 10_000] },
};

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
const isWanted = (name: string) => values.only.length === 0 || values.only.some((part) => name.includes(part));

const installed = new Installed();
try {
  const journeys: { name: string; /** That must be there. */ records?: string; take: () => void | Promise<void> }[] = [
    { name: 'data engineer, simulated patients', take: () => makePackage(installed, 'simulated', SIMULATED) },
    ...Object.entries(OUTSIDE).map(([name, refusal]) => {
      const path = join(ROOT, '../shared/data', name);
      const take = () => refusePackage(installed, name, path, refusal);
      return { name: `data engineer, ${name}`, records: path, take };
    }),
    { name: 'app developer', take: () => developApp(installed) },
    { name: 'methods researcher', take: () => researchMethods(installed) },
  ];
  for (const { name, records, take } of journeys.filter((one) => isWanted(one.name))) {
    if (records !== undefined && !existsSync(records)) {
      console.log(`\n${name}: skipped, ${relative(ROOT, records)} was not found`);
      continue;
    }
    console.log(`\n${name}`);
    const started = Date.now();
    await take();
    console.log(`  complete in ${((Date.now() - started) / 1000).toFixed(0)} seconds`);
  }
} finally {
  installed.remove();
}
