/** What no user should ever read, and how it is recognised. */
const NOT_WORDS: [RegExp, string][] = [
  [/^\s+at .+:\d+:\d+\)?$/m, 'a stack trace'],
  [/node:internal/, 'a place inside Node'],
  [/Unhandled|UnhandledPromiseRejection/, 'an unhandled rejection'],
  [/^(Uncaught )?[A-Z]?\w*Error( \[\w+\])?: /m, "the name of an error's class"],
  [
    /\b(E(NOENT|NOSPC|ACCES|ROFS|EXIST|NOTDIR|ISDIR|NOTEMPTY|LOOP|PERM)|ERR_[A-Z_]+)\b/,
    "a system's error code instead of a message",
  ],
  [/FATAL ERROR|heap out of memory|Last few GCs/, 'memory ran out'],
  [/Warning: .*(Exceeded|exceeded|deprecated)/, 'a warning of Node'],
];

/** A line that a person could read. */
const WORDS = /^.*[A-Za-z]{2,}[ ,:].*[A-Za-z]{2,}.*$/m;
/** What a terminal would obey or show in another order: control characters but tab, line feed and carriage return; bidi overrides. */

const OBEYED = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]/;

/** What is wrong with what a command printed; nothing where all is well. @param failed it did not exit with 0 */
export function wordingFaults(output: string, failed: boolean): string[] {
  const found = NOT_WORDS.flatMap(([pattern, what]) => {
    const [line] = pattern.exec(output) ?? [];
    return line === undefined ? [] : [`printed ${what}: ${line.trim().slice(0, 100)}`];
  });
  if (failed && !WORDS.test(output)) found.push('failed without a message');
  return found;
}

/** The first character that a terminal would obey, as JSON writes it. */
export function obeyedByTerminals(output: string): string | undefined {
  const [found] = OBEYED.exec(output) ?? [];
  return found && `U+${found.codePointAt(0)!.toString(16).padStart(4, '0').toUpperCase()}`;
}
