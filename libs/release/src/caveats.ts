import { numberText } from '@ehrsynth/statistics';
import type { Verdict } from './verdict.ts';

/** What a policy lets pass that the usual one does not, in a line; empty where it lets pass nothing. */
export function caveatsOf({ gates, off, loosened, accepted }: Verdict): string {
  const lines: string[] = [];
  if (loosened.length > 0) {
    const each = loosened.map(
      ({ name, usual, threshold }) => `${name} ${numberText(threshold)} (usual ${numberText(usual)})`,
    );
    lines.push(`loosened: ${each.join(', ')}`);
  }
  if (off.length > 0) lines.push(`off: ${off.join(', ')}`);
  for (const outcome of ['too few to tell', 'not measured', 'failed'] as const) {
    const names = accepted.filter((name) => gates.some((gate) => gate.name === name && gate.outcome === outcome));
    if (names.length > 0) lines.push(`accepted though ${outcome}: ${names.join(', ')}`);
  }
  const text = lines.join('; ');
  return text && `${text[0].toUpperCase()}${text.slice(1)}`;
}
