/** Powers of ten that the grid goes from and to. */
const [LEAST, MOST] = [-3, 6];

/** Cells by size and sign, the same for all cohorts of about one size: of more patients finer ones. */
export class ValueGrid {
  /** First value of each cell, and the first that is beyond the last. */
  private readonly edges: number[];

  constructor(patients: number) {
    const [perDecade, digits] = patients < 10_000 ? [24, 2] : patients < 50_000 ? [48, 3] : [96, 3];
    const steps = Array.from({ length: perDecade * (MOST - LEAST) + 1 }, (_, i) =>
      Number((10 ** (LEAST + i / perDecade)).toPrecision(digits)),
    );
    this.edges = [...steps.toReversed().map((edge) => -edge), 0, ...steps];
  }

  get count(): number {
    return this.edges.length - 1;
  }

  start(cell: number): number {
    return this.edges[cell];
  }

  /** The cell of a value; −1 where there is none. */
  cellOf(value: number): number {
    const { edges, count } = this;
    if (!(value >= edges[0] && value < edges[count])) return -1;
    let [from, to] = [0, count - 1];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (edges[middle] <= value) from = middle;
      else to = middle - 1;
    }
    return from;
  }
}
