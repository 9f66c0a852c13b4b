import { sparkText } from './dialect.ts';

/** A word of a command line: a text as it is, or a path of what the executors were sent, found where a task runs. */
export type Word = string | Sent;

/** Below the alias of an archive, or the name of a file. */
export interface Sent {
  sent: string;
  path?: string;
  /** What stands before it in the same word: model= */
  before?: string;
}

/** A program that tasks run, with one line in for each row and lines out. */
export interface Script {
  /** A query of one column, texts without tabs and line ends: a row is a line of the script's input, a partition one run of it. */
  lines: string;
  /** A shell's command that begins the line: it is not quoted. */
  command?: string;
  words: readonly Word[];
  /** What the script writes, separated by tabs: `name STRING, row STRING`. */
  columns: string;
}

/** The exit code of a script that does not find what the executors were sent: EX_UNAVAILABLE of sysexits.h. */
export const NOT_THERE = 69;

/** Files of a session lie in a folder of its own below the one where a script starts, or there itself; their names are found in both. */
const FIND = `at() { for d in . ./*/; do if [ -e "$d/$1" ]; then echo "$PWD/$d/$1"; return 0; fi; done; echo "$1 was sent, and is not on this executor" >&2; return 1; }`;

const IN_TABS = "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'";

/** The query whose rows are what a script writes. */
export function scriptQuery({ lines, command, words, columns }: Script): string {
  const found: string[] = [];
  const line = words.map((word) => {
    if (typeof word === 'string') return shellText(word);
    found.push(`p${found.length}=$(at ${shellText(word.sent)}) || exit ${NOT_THERE}`);
    return `${word.before ? shellText(word.before) : ''}"$p${found.length - 1}"${word.path ? shellText(`/${word.path}`) : ''}`;
  });
  // One core a task, as Spark counts them; the shell makes way for the program, so that Spark ends that one. A command may begin with NAME=value.
  const script = [
    FIND,
    ...found,
    'export EHRSYNTH_THREADS=1',
    `exec env ${[command, ...line].filter(Boolean).join(' ')}`,
  ];
  return `SELECT TRANSFORM(line) USING ${sparkText(script.join('\n'))} AS (${columns}) ${IN_TABS} FROM (${lines})`;
}

/** A query with these lines in a column `line`, each in a partition of its own. */
export function linesQuery(lines: readonly string[]): string {
  const texts = lines.map(sparkText).join(', ');
  return `SELECT element_at(array(${texts}), CAST(id AS INT) + 1) AS line FROM range(0, ${lines.length}, 1, ${lines.length})`;
}

/** A text as one word of a POSIX shell. */
export function shellText(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
