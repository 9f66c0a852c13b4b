/** Calls back with each key of a patient, who is a row of one side. */
export type KeysOf<Side> = (side: Side, row: number, found: (key: number) => void) => void;

/** In place of a person, where a key is of several. */
const SEVERAL = -1;

/**
 * People whom synthetic ones give back: they have a key that no other real person has, and that a synthetic patient has. What several real
 * people have is no copy of one. The time is that of looking at each key once, whatever the sizes of the sides.
 * @param rowsIn how many patients a side has
 * @returns rows of people, training patients first and held-out ones after the last of these
 */
export function heldAlone<Side>(
  training: Side,
  holdout: Side,
  synthetic: Side,
  keysOf: KeysOf<Side>,
  rowsIn: (side: Side) => number,
): number[] {
  const synthesised = new Set<number>();
  for (let row = 0; row < rowsIn(synthetic); row++) keysOf(synthetic, row, (key) => synthesised.add(key));
  const holders = new Map<number, number>();
  const hold = (side: Side, offset: number) => {
    for (let row = 0; row < rowsIn(side); row++) {
      const person = offset + row;
      keysOf(side, row, (key) => {
        if (!synthesised.has(key)) return;
        const holder = holders.get(key);
        holders.set(key, holder === undefined || holder === person ? person : SEVERAL);
      });
    }
  };
  hold(training, 0);
  hold(holdout, rowsIn(training));
  return [...new Set(holders.values())].filter((person) => person !== SEVERAL).sort((a, b) => a - b);
}
