export type Severity = 'error' | 'warning' | 'information';

/** One thing that a resource breaks, or that is worth knowing about it. */
export interface Finding {
  severity: Severity;
  /** Which kind of rule. */
  rule: Rule;
  /** File and line, or file and entry. */
  where: string;
  /** Type/id. */
  resource: string;
  /** FHIRPath of the element. */
  path: string;
  message: string;
  /** What to do about it. */
  remedy: string;
}

export type Rule =
  | 'structure'
  | 'format'
  | 'binding'
  | 'invariant'
  | 'reference'
  | 'bundle'
  | 'profile'
  | 'code'
  | 'date'
  | 'plausibility';

/** Takes what one resource's checks find; where and which are filled in by the caller. */
export type Report = (severity: Severity, rule: Rule, path: string, message: string, remedy: string) => void;
