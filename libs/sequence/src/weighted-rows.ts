/** Numbers with their weights: rows + 1 offsets into them. */
export interface WeightedRows {
  indptr: Int32Array;
  indices: Int32Array;
  values: Float32Array;
}

/** Gathers them row by row. */
export class WeightedGatherer {
  private readonly starts = [0];
  private readonly indices: number[] = [];
  private readonly values: number[] = [];

  readonly hear = (index: number, value: number): void => {
    this.indices.push(index);
    this.values.push(value);
  };

  end(): void {
    this.starts.push(this.indices.length);
  }

  done(): WeightedRows {
    return {
      indptr: Int32Array.from(this.starts),
      indices: Int32Array.from(this.indices),
      values: Float32Array.from(this.values),
    };
  }
}
