import type { Command, Option } from 'commander';
import type { HowToRun, OptionValue, StudyStep } from '@ehrsynth/pipeline';
import { COMMANDS } from './commands.ts';
import { StudyUsageError } from './errors.ts';
import { collect } from './options.ts';

/** Whether options may be left out that the command does not have, and what gives the place of a key in the study's file. */
interface HowToRead {
  lenient?: boolean;
  placeOf?: (keys: readonly string[]) => string;
}
/** Makes the error of a key of the study. */
type Fault = (keys: readonly string[], what: string) => StudyUsageError;

/**
 * The words of the command line that a step of a study is.
 * @param lenient leaves out options that the command does not have, and those that are as usual
 * @throws StudyUsageError where the command, or one of its options, is not there or cannot have such a value
 */
export async function wordsOf(step: StudyStep, how: HowToRun, read: HowToRead = {}): Promise<string[]> {
  const { lenient = false, placeOf } = read;
  const above = step.name.split(' ');
  const fault: Fault = (keys, what) =>
    new StudyUsageError(`${[...above, ...keys].join('.')}: ${what}`, placeOf?.([...above, ...keys]));
  const command = await commandOf(step, fault);
  const words = [...step.command, ...step.reads, '--out', step.out];
  for (const [name, value] of Object.entries(step.options)) {
    const option = command.options.find(({ long }) => long === `--${name}`);
    const off = command.options.find(({ long }) => long === `--no-${name}`);
    const isUsual = lenient && JSON.stringify(option?.defaultValue) === JSON.stringify(value);
    if (option) words.push(...(isUsual ? [] : wordsOfOption(option, value, (what) => fault([name], what))));
    else if (off && typeof value === 'boolean') words.push(...(value ? [] : [off.long!]));
    else if (off) throw fault([name], 'must be true or false');
    else if (!lenient) throw fault([name], `\`ehrsynth ${step.command.join(' ')}\` has no option --${name}`);
  }
  const has = (name: string) => command.options.some(({ long }) => long === `--${name}`);
  if (how.resume && has('resume')) words.push('--resume');
  if (how.replace && has('force')) words.push('--force');
  await checkWords(command, fault, words.slice(step.command.length));
  return words;
}

async function commandOf({ name, command: [first, ...rest] }: StudyStep, fault: Fault): Promise<Command> {
  const known = Object.hasOwn(COMMANDS, first) ? await COMMANDS[first].load() : undefined;
  let found = known;
  for (const word of rest) found = found?.commands.find((command) => command.name() === word);
  if (found) return found;
  const names = known?.commands.map((command) => command.name()) ?? [];
  const keys = name === 'ingest' ? ['from'] : [];
  throw fault(keys, `\`ehrsynth ${[first, ...rest].join(' ')}\` does not exist; there is ${names.join(', ')}`);
}

function wordsOfOption(option: Option, value: OptionValue, fault: (what: string) => StudyUsageError): string[] {
  const isFlag = !option.required && !option.optional;
  const word = option.long!;
  if (typeof value === 'boolean') {
    if (!isFlag) throw fault(`${word} needs a value`);
    return value ? [word] : [];
  }
  if (isFlag) throw fault(`${word} must be true or false`);
  if (!Array.isArray(value)) return [word, String(value)];
  return option.parseArg === collect ? value.flatMap((one) => [word, String(one)]) : [word, value.join(',')];
}

/** Parses the words as the command would, without running it. */
async function checkWords(command: Command, fault: Fault, words: string[]): Promise<void> {
  let said = '';
  command.exitOverride().configureOutput({ writeErr: (text) => void (said += text) });
  command.action(() => {});
  try {
    await command.parseAsync(words, { from: 'user' });
  } catch (error) {
    const [line] = (said || (error as Error).message).split('\n');
    // The first option that it names, where it names one, is the one that is wrong.
    const named = /option '[^']*?--(?:no-)?([a-z0-9-]+)/.exec(line)?.slice(1) ?? [];
    throw fault(named, line.replace(/^error: /, ''));
  }
}
