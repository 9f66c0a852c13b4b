export type Severity = 'error' | 'warning' | 'information';

/** One thing that a resource breaks, or that is worth knowing about it. */
export interface Finding {
  severity: Severity;
  /** What kind of rule: structure, format, binding, invariant, reference, code, date, plausibility. */
  rule: string;
  /** File and line, or file and entry. */
  where: string;
  /** Type/id. */
  resource: string;
  /** FHIRPath of the element. */
  path: string;
  message: string;
}

/** Takes what one resource's checks find; where and which are filled in by the caller. */
export type Report = (severity: Severity, rule: string, path: string, message: string) => void;
