import { Rng } from '@ehrsynth/random';
import { groupBy } from '@ehrsynth/records';
import { type CheckOptions, isAskedFor } from '../outside/check-options.ts';
import { type ChaosCommand, COMMANDS } from './commands.ts';
import { SIZES } from './full-disk.ts';
import { type Scenario, SCENARIOS } from './sandbox-scenarios.ts';
import { type Trouble, TROUBLES } from './troubles.ts';

export const FULL_DISK = 'full disk';

/** A run to be made; its name repeats it with --only. */
export interface PlannedRun {
  name: string;
  row: string;
  column: string;
  command: ChaosCommand;
  /** Neither: the disk of size number `index`. */
  trouble?: Trouble;
  scenario?: Scenario;
  index: number;
}

const PUSH = COMMANDS.find(({ name }) => name === 'push')!;

/** All runs, or as many as are asked for, drawn by the seed: the commands in turn, so that none is left out before another has two. */
export function plannedRuns(options: CheckOptions): PlannedRun[] {
  const asked = all().filter(({ name }) => isAskedFor(name, options));
  if (options.runs === undefined || options.runs >= asked.length) return asked;
  const rng = new Rng(`chaos/${options.seed}`);
  const byRow = groupBy(rng.shuffle([...asked]), ({ row }) => row);
  const drawn = new Set<PlannedRun>();
  for (let turn = 0; drawn.size < options.runs; turn++) {
    for (const runs of byRow.values()) {
      if (turn < runs.length && drawn.size < options.runs) drawn.add(runs[turn]);
    }
  }
  return asked.filter((run) => drawn.has(run));
}

function all(): PlannedRun[] {
  const times = (count: number) => Array.from({ length: count }, (_, index) => index);
  const name = (row: string, column: string, index: number) => `${row}/${column}/${index + 1}`;
  const ofCommands = COMMANDS.flatMap((command) => {
    const row = command.name;
    const troubles = TROUBLES.filter((trouble) => trouble.appliesTo(command)).flatMap((trouble) =>
      times(trouble.times).map((index) => ({
        name: name(row, trouble.name, index),
        row,
        column: trouble.name,
        command,
        trouble,
        index,
      })),
    );
    const disks = times(command.diskSizes ? SIZES : 0).map((index) => ({
      name: name(row, FULL_DISK, index),
      row,
      column: FULL_DISK,
      command,
      index,
    }));
    return [...troubles, ...disks];
  });
  const ofServers = SCENARIOS.flatMap((scenario) =>
    times(scenario.times).map((index) => ({
      name: name(scenario.row, scenario.column, index),
      row: scenario.row,
      column: scenario.column,
      command: PUSH,
      scenario,
      index,
    })),
  );
  return [...ofCommands, ...ofServers];
}
