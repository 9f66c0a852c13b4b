import type { Comparison, DqdResult } from './compare.ts';

/** Examples that a line has. */
const MOST_EXAMPLES = 3;

/** A table of the checks by name: compared, equal, different, with the first examples. */
export function report(official: DqdResult[], ours: DqdResult[], { differences }: Comparison): string {
  const names = [...new Set([...official, ...ours].map(({ checkName }) => checkName))];
  const lines = names.map((name) => {
    const own = differences.filter(({ check }) => check === name);
    const of = (results: DqdResult[]) => results.filter(({ checkName }) => checkName === name).length;
    const bothDiffer = own.filter((one) => one.official && one.ours).length;
    const equal = of(official) - own.filter((one) => one.official).length;
    const examples = own
      .slice(0, MOST_EXAMPLES)
      .map(
        ({ where, kinds, official: theirs, ours: mine }) =>
          `${where}: ${kinds.join(', ')} (${says(theirs)} | ${says(mine)})`,
      );
    return [name, of(official), of(ours), equal, bothDiffer, own.length - bothDiffer, examples.join('; ')];
  });
  const all = [
    ['check', 'official', 'ours', 'equal', 'differ', 'in one only', 'examples: (official | ours)'],
    ...lines,
  ];
  const widths = all[0].map((_, i) => Math.max(...all.map((line) => String(line[i]).length)));
  return all
    .map((line) =>
      line
        .map((cell, i) =>
          i === 0 || i === line.length - 1
            ? String(cell).padEnd(i === 0 ? widths[i] : 0)
            : String(cell).padStart(widths[i]),
        )
        .join('  '),
    )
    .join('\n');
}

function says(result?: DqdResult): string {
  if (!result) return '–';
  if (result.isError) return `error: ${result.error?.split('\n')[0].slice(0, 60)}`;
  if (result.notApplicable) return 'nothing to check';
  if (result.numViolatedRows === null) return 'failed';
  return `${result.numViolatedRows}/${result.numDenominatorRows}${result.failed ? ' failed' : ''}`;
}
