import { existsSync, readFileSync } from 'node:fs';
import { UserError, writeFileAtomic } from '@ehrsynth/io';
import { measure, type Measured } from './spark-costs/measure.ts';
import { type CostOptions, costOptions } from './spark-costs/options.ts';
import { patientsIn } from './spark-costs/patients.ts';
import { planned, wallsOf } from './spark-costs/plan.ts';
import { growthTable, measuredTable, planTable, wallLines } from './spark-costs/report.ts';
import { WORKS } from './spark-costs/works.ts';

/**
 * Measures what work on Apache Spark takes at several sizes, how that grows, and what it would take of a hundred million patients.
 * What is in the file of results is not measured again.
 */
try {
  const options = costOptions(process.argv.slice(2));
  const measured = await measureAll(options);
  report(options, measured);
} catch (error) {
  console.error(`\n${error instanceof UserError ? error.message : (error as Error).stack}`);
  process.exitCode = error instanceof UserError ? error.exitCode : 3;
}

async function measureAll({ sizes, cores, works, data, json, model, base }: CostOptions): Promise<Measured[]> {
  const measured: Measured[] = existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as Measured[]) : [];
  for (const patients of sizes) {
    const source = await patientsIn(data, patients, base);
    for (const threads of cores)
      for (const work of WORKS.filter(({ name }) => works.includes(name))) {
        const isDone = measured.some(
          (one) => one.work === work.name && one.patients === patients && one.cores === threads,
        );
        if (isDone) continue;
        console.error(`— ${work.name}, ${patients.toLocaleString('en-US')} patients, ${threads} thread(s)`);
        const one = await measure(work, { patients, cores: threads, source, data, model });
        if (!one) throw new UserError('no-spark', 3, 'Apache Spark is not available here', {});
        measured.push(one);
        await writeFileAtomic(json, `${JSON.stringify(measured, null, 1)}\n`);
      }
  }
  return measured;
}

function report({ works, plan }: CostOptions, measured: Measured[]): void {
  const known = works.filter((work) => measured.some((one) => one.work === work));
  console.log(`${measuredTable(measured)}\n\nExponents of growth\n\n${growthTable(measured)}`);
  const sizes = (work: string) =>
    new Set(measured.filter((one) => one.work === work).map(({ patients }) => patients)).size;
  const planable = known.filter((work) => sizes(work) > 1);
  if (planable.length < known.length) console.log('\nA plan needs at least two sizes of each work.');
  if (planable.length === 0) return;
  const plans = planable.map((work) => planned(work, measured, plan));
  console.log(
    `\nPlan: ${plan.cores} cores at $${plan.dollarsPerCoreHour} a core-hour, ${plan.megabytesPerSecond} MB/s to this machine\n\n${planTable(plans)}`,
  );
  console.log(`\nWalls\n\n${planable.flatMap((work) => wallLines(work, wallsOf(work, measured, plan))).join('\n')}`);
}
