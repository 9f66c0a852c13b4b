// Three users' whole ways with the installed package and nothing else: a data engineer's from records to a package or a refusal that says
// what to do, an app developer's from a model to a FHIR server, a researcher's from a table to figures of any generator.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
  const journeys: [name: string, take: () => void | Promise<void>][] = [
    ['data engineer, simulated patients', () => engineerData(installed, 'simulated')],
    ...OUTSIDE.map((name): [string, () => void] => [
      `data engineer, ${name}`,
      () => engineerData(installed, name, join(ROOT, '../shared/data', name)),
    ]),
    ['app developer', () => developApp(installed)],
    ['methods researcher', () => researchMethods(installed)],
  ];
  for (const [name, take] of journeys) {
    if (!isWanted(name)) continue;
    const outside = OUTSIDE.find((one) => name.endsWith(one));
    if (outside && !existsSync(join(ROOT, '../shared/data', outside))) {
      console.log(`\n${name}: skipped, ../shared/data/${outside} is not there`);
      continue;
    }
    console.log(`\n${name}`);
    const started = Date.now();
    await take();
    console.log(`  to its end in ${((Date.now() - started) / 1000).toFixed(0)} seconds`);
  }
} finally {
  installed.remove();
}
