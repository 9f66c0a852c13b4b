import { version } from '@ehrsynth/io';
import { type CommandNode, type OptionNode, withDescendants } from './command-tree.ts';

/** Manual pages by their file names: of the program, and of each of its commands with those under it. @see man(7) */
export function manPages(tree: CommandNode): Map<string, string> {
  const pages = tree.commands.map((node) => [fileOf(node), pageOf(node, synopses(node))] as const);
  return new Map([[fileOf(tree), mainPage(tree)], ...pages]);
}

function mainPage(tree: CommandNode): string {
  const commands = tree.commands.map((node) => `.TP\n.BR ${escaped(nameOf(node))} (1)\n${text(node.about)}`);
  return pageOf(tree, ['.B ehrsynth\n.I command\n[\\fIoptions\\fR]']).replace(
    '.SH OPTIONS',
    `.SH COMMANDS\n${commands.join('\n')}\n.SH OPTIONS`,
  );
}

function pageOf(node: CommandNode, synopsis: string[]): string {
  const parts = [
    `.TH ${nameOf(node).toUpperCase()} 1 "" "ehrsynth ${version()}" "ehrsynth"`,
    `.SH NAME\n${escaped(nameOf(node))} \\- ${text(node.about)}`,
    `.SH SYNOPSIS\n${synopsis.join('\n.br\n')}`,
    ...(node.commands.length === 0 || node.path.length === 0 ? [ownOptions(node)] : below(node)),
    EXIT_STATUS,
  ];
  return `${parts.join('\n')}\n`;
}

/** One section for each command under it. */
function below(node: CommandNode): string[] {
  return [...withDescendants(node)]
    .filter(({ commands }) => commands.length === 0)
    .map(
      (child) => `.SH ${escaped(child.path.slice(1).join(' ').toUpperCase())}\n${text(child.about)}\n${listed(child)}`,
    );
}

function ownOptions(node: CommandNode): string {
  return `.SH OPTIONS\n${listed(node)}`;
}

function listed({ arguments: given, options }: CommandNode): string {
  const first = given.map(({ shown, about }) => `.TP\n.I ${escaped(shown)}\n${text(about)}`);
  return [...first, ...options.map(option)].join('\n');
}

function option({ flags, about, choices, usual }: OptionNode): string {
  const parts = [
    ...(about ? [about] : []),
    ...(choices.length > 0 ? [`One of ${choices.join(', ')}`] : []),
    ...(usual === undefined ? [] : [`Usually ${usual}`]),
  ];
  return `.TP\n.B ${escaped(flags)}\n${text(parts.join('. '))}`;
}

function synopses(node: CommandNode): string[] {
  return [...withDescendants(node)]
    .filter(({ commands }) => commands.length === 0)
    .map(({ path, arguments: given }) =>
      [
        `.B ehrsynth ${escaped(path.join(' '))}`,
        ...given.map(({ shown }) => `.I ${escaped(shown)}`),
        '[\\fIoptions\\fR]',
      ].join('\n'),
    );
}

function nameOf({ path }: CommandNode): string {
  return ['ehrsynth', ...path].join('-');
}

function fileOf(node: CommandNode): string {
  return `${nameOf(node)}.1`;
}

/** A line that roff takes for text whatever it begins with. */
function text(line: string): string {
  return `\\&${escaped(line)}`;
}

/** Text without what roff would take for its own: backslashes, hyphens that it would make longer, and what is not ASCII. */
function escaped(line: string): string {
  const hex = (letter: string) => letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('\n', ' ')
    .replace(/[^ -~]/gu, (letter) => `\\[u${hex(letter)}]`);
}

const EXIT_STATUS = `.SH EXIT STATUS
0 done; 1 the data failed a check; 2 wrong usage; 3 the environment lacks something; 130 a signal stopped it.`;
