/** Where the synthetic patients and the figures come from. */
export interface ReportOrigin {
  /** Of the ehrsynth that measured. */
  version: string;
  /** Of the measurement: YYYY-MM-DD. */
  date: string;
  /** Undefined where the model is not at hand, or the generator is another one. */
  model?: {
    name: string;
    /** All that it was trained with. */
    options: Record<string, unknown>;
    version: string;
    date: string;
    /** What computed: ONNX Runtime 1.30.0, 2 threads. */
    engine?: string;
  };
  /** How the patients were drawn; undefined where another generator made them. */
  generation?: { version: string; date: string; seed?: unknown; engine?: unknown };
}
