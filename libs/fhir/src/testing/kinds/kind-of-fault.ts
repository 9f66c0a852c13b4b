type Severity = 'error' | 'warning';
/** [what, the resource, what is changed in it, the rule that it breaks, where, how grave] */
export type BrokenRow = [string, object, object, string, string, Severity?];
/** [what, the resource, what is changed in it] */
export type RightRow = [string, object, object];

/** One kind of fault: resources that have it, and near-by ones that are right. */
export interface KindOfFault {
  broken: BrokenRow[];
  right: RightRow[];
}
