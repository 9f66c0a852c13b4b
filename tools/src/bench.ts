import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { surveyEngines } from '@ehrsynth/engine';
import { UserError } from '@ehrsynth/io';
import { against, inWords, readReport } from './bench/against.ts';
import { type BenchOptions, benchOptions, enginesToMeasure } from './bench/options.ts';
import type { Report } from './bench/figure.ts';
import { PARTS } from './bench/parts.ts';
import { figureTable, withTables } from './bench/tables.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

try {
  const options = benchOptions(process.argv.slice(2), Object.keys(PARTS));
  const earlier = options.against === undefined ? undefined : readReport(options.against);
  const report = await measure(options);
  if (options.json !== undefined) writeFileSync(options.json, text(report));
  if (options.write) writeDocs(report);
  if (earlier) {
    const compared = against(earlier, report);
    console.log(`\nAgainst ${options.against}: ${inWords(compared)}`);
    if (compared.slower.length > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(`\n${error instanceof UserError ? error.message : (error as Error).stack}`);
  process.exitCode = error instanceof UserError ? error.exitCode : 3;
}

async function measure({ only, engine, repeats, scale, quick }: BenchOptions): Promise<Report> {
  const present = (await surveyEngines()).filter(({ available }) => available).map(({ name }) => name);
  const engines = enginesToMeasure(present, engine);
  const folder = mkdtempSync(join(tmpdir(), 'ehrsynth-bench-'));
  const report: Report = { parts: {} };
  try {
    for (const [name, run] of Object.entries(PARTS)) {
      if (only && !only.includes(name)) continue;
      console.error(`— ${name}`);
      const { figures, table = figureTable(figures) } = await run({ folder, repeats, scale, quick, engines });
      report.parts[name] = { machine: machine(repeats, scale), scale, figures, table };
      console.log(`\n${name}\n\n${table}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return report;
}

function machine(repeats: number, scale: number): string {
  const parts = [
    `${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.version}`,
    new Date().toISOString().slice(0, 10),
    `medians of ${repeats}`,
    ...(scale === 1 ? [] : [`${scale} times the usual sizes`]),
  ];
  return parts.join('; ');
}

/** Into docs/benchmarks.md and docs/benchmarks.json; parts that were not measured stay as they were. */
function writeDocs(report: Report): void {
  const [page, json] = ['benchmarks.md', 'benchmarks.json'].map((name) => join(docs, name));
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), report.parts, Object.keys(PARTS)));
  writeFileSync(json, text({ parts: { ...readReport(json).parts, ...report.parts } }));
}

function text(report: Report): string {
  return `${JSON.stringify(report, null, 1)}\n`;
}
