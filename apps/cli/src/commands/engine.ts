import {
  ADDABLE,
  ADDABLE_NAMES,
  type AddableEngine,
  type AddableName,
  choiceOf,
  PLATFORM,
  presentFolder,
  removeEngine,
  startEngine,
  surveyEngines,
} from '@ehrsynth/engine';
import { addEngine } from '@ehrsynth/pipeline';
import { Argument, Command } from 'commander';
import { console } from '../console.ts';
import { engineTable } from '../engine-table.ts';
import { showing } from '../showing.ts';
import { table } from '../table.ts';

interface AddOptions {
  wheel?: string;
  libtensorflow?: string;
  force: boolean;
}

export function engineCommand(): Command {
  const engine = new Command('engine');
  const name = () => new Argument('<name>', 'of the engine').choices(ADDABLE_NAMES);
  engine
    .command('list')
    .description('list the engines, which one is used and why, and what `engine add` offers')
    .action(list);
  engine
    .command('add')
    .description("install an engine with npm into your cache (EHRSYNTH_CACHE, or the system's cache folder)")
    .addArgument(name())
    .option('--wheel <file>', 'native: a TensorFlow wheel that you have, instead of one from pip')
    .option('--libtensorflow <folder>', 'native: a folder with lib/ and include/, instead of a wheel')
    .option('--force', 'reinstall it if it is already installed', false)
    .action(add);
  engine.command('remove').description('remove an engine from your cache').addArgument(name()).action(remove);
  return engine;
}

async function list(): Promise<void> {
  const states = await surveyEngines();
  console.log(`Engines, fastest first:\n${engineTable(states)}\n${choiceOf(states)}`);
  console.log('\nWhat `ehrsynth engine add` offers:');
  const rows = Object.values(ADDABLE).map((one) => [one.name, `--engine ${one.engine}`, whatComes(one), state(one)]);
  console.log(table(['engine', 'used by', 'package', ''], rows));
}

function whatComes({ package: packageName, version, megabytes, isBuilt }: AddableEngine): string {
  const how = isBuilt ? 'built on this machine: needs python3 with pip, make and g++' : 'by npm';
  const size = megabytes === undefined ? '' : `about ${megabytes} MB, `;
  return `${packageName} ${version}, ${size}${how}`;
}

function state(engine: AddableEngine): string {
  if (!engine.platforms[PLATFORM]) return `not available for ${PLATFORM}`;
  const folder = presentFolder(engine);
  return folder === undefined ? 'not installed' : `in ${folder}`;
}

async function add(name: AddableName, options: AddOptions): Promise<void> {
  const started = Date.now();
  const { folder, wasThere, bytes, detail } = await addEngine(name, options, showing());
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  const megabytes = (count: number) => `${Math.round(count / 1e6)} MB`;
  console.log(
    wasThere
      ? `${name} is already installed: ${megabytes(bytes.kept)} in ${folder}`
      : `${name} → ${folder}\n  ${megabytes(bytes.installed)} as installed, ${megabytes(bytes.kept)} kept for ${PLATFORM}; ${seconds} seconds`,
  );
  console.log(`  It runs, and its results agree with the plain engine's: ${detail}`);
  const { engine } = ADDABLE[name];
  const { name: used } = await startEngine();
  const use =
    used === engine
      ? 'It is used unless --engine says otherwise'
      : `To use it: --engine ${engine}; without that, ${used} is used`;
  console.log(`  ${use}. To remove it: ehrsynth engine remove ${name}`);
}

function remove(name: AddableName): void {
  const gone = removeEngine(ADDABLE[name]);
  console.log(gone.length > 0 ? `Removed ${gone.join(', ')}` : `${name} is not in your cache`);
}
