import type { Command, Option } from 'commander';
import type { HowToRun, OptionValue, StudyStep } from '@ehrsynth/pipeline';
import { COMMANDS } from './commands.ts';
import { StudyUsageError } from './errors.ts';
import { collect } from './options.ts';

/**
 * The words of the command line that a step of a study is.
 * @param lenient leaves out options that the command does not have, and those that are as usual
 * @throws StudyUsageError where the command, or one of its options, is not there or cannot have such a value
 */
export async function wordsOf(step: StudyStep, how: HowToRun, { lenient = false } = {}): Promise<string[]> {
  const command = await commandOf(step);
  const words = [...step.command, ...step.reads, '--out', step.out];
  for (const [name, value] of Object.entries(step.options)) {
    const option = command.options.find(({ long }) => long === `--${name}`);
    const off = command.options.find(({ long }) => long === `--no-${name}`);
    const isUsual = lenient && JSON.stringify(option?.defaultValue) === JSON.stringify(value);
    if (option) words.push(...(isUsual ? [] : wordsOfOption(step, option, value)));
    else if (off && typeof value === 'boolean') words.push(...(value ? [] : [off.long!]));
    else if (!lenient)
      throw new StudyUsageError(`${step.name}: \`ehrsynth ${step.command.join(' ')}\` has no option --${name}`);
  }
  const has = (name: string) => command.options.some(({ long }) => long === `--${name}`);
  if (how.resume && has('resume')) words.push('--resume');
  if (how.replace && has('force')) words.push('--force');
  await checkWords(command, step, words.slice(step.command.length));
  return words;
}

async function commandOf({ name, command: [first, ...rest] }: StudyStep): Promise<Command> {
  const known = Object.hasOwn(COMMANDS, first) ? await COMMANDS[first].load() : undefined;
  let found = known;
  for (const word of rest) found = found?.commands.find((command) => command.name() === word);
  if (found) return found;
  const names = known?.commands.map((command) => command.name()) ?? [];
  throw new StudyUsageError(`${name}: there is no \`ehrsynth ${[first, ...rest].join(' ')}\`, but ${names.join(', ')}`);
}

function wordsOfOption({ name }: StudyStep, option: Option, value: OptionValue): string[] {
  const isFlag = !option.required && !option.optional;
  const word = option.long!;
  if (typeof value === 'boolean') {
    if (!isFlag) throw new StudyUsageError(`${name}: ${word} needs a value`);
    return value ? [word] : [];
  }
  if (isFlag) throw new StudyUsageError(`${name}: ${word} is true or false`);
  if (!Array.isArray(value)) return [word, String(value)];
  return option.parseArg === collect ? value.flatMap((one) => [word, String(one)]) : [word, value.join(',')];
}

/** Parses the words as the command would, without running it. */
async function checkWords(command: Command, { name }: StudyStep, words: string[]): Promise<void> {
  let said = '';
  command.exitOverride().configureOutput({ writeErr: (text) => void (said += text) });
  command.action(() => {});
  try {
    await command.parseAsync(words, { from: 'user' });
  } catch (error) {
    const [line] = (said || (error as Error).message).split('\n');
    throw new StudyUsageError(`${name}: ${line.replace(/^error: /, '')}`);
  }
}
