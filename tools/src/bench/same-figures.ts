/** Figures that must be the same, by work; and by how much those may differ that depend on folds and on a solver's last steps. */
export type Figures = Record<string, number>;

/** What differs by more than it may, each in words; a figure that only one has differs. */
export function differing(ours: Figures, theirs: Figures, tolerance: number): string[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names]
    .filter((name) => !(Math.abs(ours[name] - theirs[name]) <= tolerance))
    .map((name) => `${name}: ${ours[name]} here, ${theirs[name]} there`);
}
