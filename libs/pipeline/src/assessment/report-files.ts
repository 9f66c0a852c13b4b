import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { renderReport } from '@ehrsynth/report';
import type { Assessment } from './assess.ts';

/** report.html to look at, report.json with every figure of it. */
export async function writeReport(folder: string, found: Assessment, title: string): Promise<void> {
  await writeFileAtomic(join(folder, 'report.json'), `${JSON.stringify(found, null, 1)}\n`);
  await writeFileAtomic(join(folder, 'report.html'), await renderReport({ title, ...found }));
}
