// Three users' whole ways with the installed package and nothing else: a data engineer's from records to a package or a refusal that says
// what to do, an app developer's from a model to a FHIR server, a researcher's from a table to figures of any generator.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { developApp } from './journeys/app-developer.ts';
import { engineerData } from './journeys/data-engineer.ts';
import { researchMethods } from './journeys/methods-researcher.ts';
import { Installed } from './package/installed.ts';
import { ROOT } from './package/layout.ts';

/** Records that are looked for beside the repository. */
const OUTSIDE = ['mimic-iv-demo-fhir', 'synthea-fhir-r4'];

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
const isWanted = (name: string) => values.only.length === 0 || values.only.some((part) => name.includes(part));

const installed = new Installed();
try {
  const journeys: { name: string; /** That must be there. */ records?: string; take: () => void | Promise<void> }[] = [
    { name: 'data engineer, simulated patients', take: () => engineerData(installed, 'simulated') },
    ...OUTSIDE.map((name) => {
      const records = join(ROOT, '../shared/data', name);
      return { name: `data engineer, ${name}`, records, take: () => engineerData(installed, name, records) };
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
