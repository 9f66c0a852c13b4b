import { availableParallelism, totalmem } from 'node:os';
import { Command } from 'commander';
import { DEFAULT_ENGINES, surveyEngines } from '@ehrsynth/engine';
import { systemName } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { console } from '../console.ts';
import { version } from '@ehrsynth/pipeline';
import { table, text } from '../table.ts';

export function doctorCommand(): Command {
  return new Command('doctor').description('what this machine has, and what to do to get more').action(doctor);
}

async function doctor(): Promise<void> {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(1);
  console.log(
    `ehrsynth ${version()}, Node ${process.version}, ${availableParallelism()} cores, ${gigabytes} GB of memory`,
  );
  const engines = await surveyEngines();
  const best = engines.find(
    ({ name, available, isSoftware }) => available && !isSoftware && DEFAULT_ENGINES.includes(name),
  );
  console.log('\nEngines, the fastest first:');
  console.log(
    table(
      ['engine', '', '', ''],
      engines.map((engine) => [
        engine.name,
        state(engine === best, engine.available),
        engine.detail,
        engine.todo ? `to get it: ${engine.todo}` : '',
      ]),
    ),
  );
  const dictionaries = new Vocabulary().list();
  console.log('\nDictionaries:');
  console.log(
    table(
      ['system', 'release', 'entries'],
      dictionaries.map(({ system, release, entries }) => [systemName(system), release, text(entries)]),
    ),
  );
}

function state(isBest: boolean, available: boolean): string {
  if (!available) return 'not there';
  return isBest ? 'used' : 'there';
}
