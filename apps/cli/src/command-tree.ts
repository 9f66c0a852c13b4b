import type { Command, Option } from 'commander';
import { COMMANDS } from './commands.ts';
import { choicesOf } from './options.ts';

/** A command as its help has it, with the commands under it. */
export interface CommandNode {
  /** The words after `ehrsynth`: [] of the program itself, ['ingest', 'fhir']. */
  path: string[];
  about: string;
  arguments: { shown: string; about: string }[];
  options: OptionNode[];
  commands: CommandNode[];
}

export interface OptionNode {
  /** `-o, --out <folder>` */
  flags: string;
  /** `-o`, `--out` */
  names: string[];
  about: string;
  takesValue: boolean;
  choices: string[];
  usual?: string;
}

const HELP: OptionNode = {
  flags: '-h, --help',
  names: ['-h', '--help'],
  about: 'show the options',
  takesValue: false,
  choices: [],
};

/** All commands with all their options. Loads the libraries of all of them. */
export async function commandTree(): Promise<CommandNode> {
  const shown = Object.entries(COMMANDS).filter(([, { isHidden }]) => !isHidden);
  const commands = shown.map(async ([name, { about, load }]) => nodeOf((await load()).description(about), [name]));
  const about = 'synthetic patient records that may be shared: read, train, generate, export, check';
  const version = { ...HELP, flags: '-V, --version', names: ['-V', '--version'], about: 'show the version' };
  return { path: [], about, arguments: [], options: [version, HELP], commands: await Promise.all(commands) };
}

/** A command and all under it, in the order of the help. */
export function* withDescendants(node: CommandNode): Iterable<CommandNode> {
  yield node;
  for (const child of node.commands) yield* withDescendants(child);
}

function nodeOf(command: Command, path: string[]): CommandNode {
  return {
    path,
    about: command.description(),
    arguments: command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return { shown: argument.required ? `<${name}>` : `[${name}]`, about: argument.description };
    }),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionNode), HELP],
    commands: command.commands.map((child) => nodeOf(child, [...path, child.name()])),
  };
}

function optionNode(option: Option): OptionNode {
  const { flags, short, long, description, required, optional, argChoices, parseArg, defaultValue } = option;
  const usual = option.defaultValueDescription ?? (isShown(defaultValue) ? String(defaultValue) : undefined);
  return {
    flags,
    names: [short, long].filter((name) => name !== undefined),
    about: description,
    takesValue: required || optional,
    choices: [...(argChoices ?? choicesOf(parseArg))],
    ...(usual !== undefined && { usual }),
  };
}

function isShown(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
