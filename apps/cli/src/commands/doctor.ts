import { availableParallelism, totalmem } from 'node:os';
import { Command } from 'commander';
import { fasterEngine, surveyEngines } from '@ehrsynth/engine';
import { version } from '@ehrsynth/io';
import { systemName } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { console } from '../console.ts';
import { engineTable, usedEngine } from '../engine-table.ts';
import { table, text } from '../table.ts';

export function doctorCommand(): Command {
  return new Command('doctor').action(doctor);
}

async function doctor(): Promise<void> {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(1);
  console.log(
    `ehrsynth ${version()}, Node ${process.version}, ${availableParallelism()} cores, ${gigabytes} GB of memory`,
  );
  const engines = await surveyEngines();
  console.log('\nEngines, fastest first:');
  console.log(engineTable(engines));
  const faster = fasterEngine(usedEngine(engines) ?? '');
  if (faster) console.log(faster);
  const dictionaries = new Vocabulary().list();
  console.log('\nDictionaries:');
  console.log(
    table(
      ['system', 'release', 'entries'],
      dictionaries.map(({ system, release, entries }) => [systemName(system), release, text(entries)]),
    ),
  );
}
