import { describe, expect, it } from 'vitest';
import type { Figures } from './gate.ts';
import { FEWEST_HOLDERS, PACKAGE_GATES } from './package-gates.ts';
import { sourceFigures } from './source-figures.ts';

const written = new Map([
  ['condition|s|A', 'condition A'],
  ['condition|s|B', 'condition B'],
  ['class|VR', 'encounter class VR'],
  ['none|condition|s|C', 'condition C, which has no column'],
]);
const holders = new Map([
  ['condition|s|A', 400],
  ['condition|s|B', 10],
  ['class|VR', 3],
  ['condition|s|D', 1],
]);
const valueOf = (name: string, source?: Figures['source']) =>
  PACKAGE_GATES.find((gate) => gate.name === name)!.value({ source } as Figures);

describe('figures of what a package shares with its source', () => {
  it('what few training patients hold, the rarest first; what no column covers is held by nobody', () => {
    const { figures, rare } = sourceFigures(new Set(['p1', 'p2']), written, holders, FEWEST_HOLDERS);
    expect(figures).toEqual({ ids: 2, holders: 0 });
    expect(rare).toEqual([
      { name: 'condition C, which has no column', patients: 0 },
      { name: 'encounter class VR', patients: 3 },
    ]);
    expect(valueOf('source-ids', figures)).toBe(2);
    expect(valueOf('rare-columns', figures)).toBe(0);
  });

  it('what passes shows the threshold and not the count; what was not written does not matter', () => {
    const common = new Map([...written].slice(0, 2));
    expect(sourceFigures(new Set(), common, holders, 9)).toEqual({
      figures: { ids: 0, holders: 9 },
      rare: [],
    });
    expect(sourceFigures(new Set(), common, holders, 11).figures.holders).toBe(10);
  });

  it('are not measured where nobody has read the records', () => {
    expect(valueOf('source-ids')).toBeUndefined();
    expect(valueOf('rare-columns')).toBeUndefined();
  });
});
