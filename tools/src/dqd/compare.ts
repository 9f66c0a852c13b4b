/** A check's result as a results file of the Data Quality Dashboard has it. */
export interface DqdResult {
  checkName: string;
  cdmTableName: string;
  cdmFieldName?: string;
  conceptId?: string | number;
  unitConceptId?: string | number;
  /** null where the SQL gave an error: officially that is how a missing table or field shows. */
  numViolatedRows: number | null;
  numDenominatorRows: number | null;
  notApplicable: number;
  failed: number;
  isError: number;
  error?: string | null;
}

export type Kind = 'only official' | 'only ours' | 'error' | 'applicable' | 'violated' | 'denominator' | 'failed';

/** A check in which the two do not say the same. */
export interface Difference {
  check: string;
  /** TABLE.FIELD, with the concepts where the check is on concepts. */
  where: string;
  /** All ways in which they differ. */
  kinds: Kind[];
  official?: DqdResult;
  ours?: DqdResult;
}

/** A difference that is known, with the reason for it. */
export interface Explained {
  /** Names of checks. */
  check: RegExp;
  /** Where: TABLE, TABLE.FIELD or TABLE.FIELD concept [unit]; everywhere if left out. */
  where?: RegExp;
  kinds: Kind[];
  /** The dashboard's releases that differ so; all if left out. */
  release?: string;
  why: string;
}

export interface Comparison {
  /** Checks that both made. */
  both: number;
  equal: number;
  differences: Difference[];
}

/** The official results and ours, check by check. Where both say that there is nothing to check, counts do not matter. */
export function compare(official: DqdResult[], ours: DqdResult[]): Comparison {
  const own = new Map(ours.map((result) => [keyOf(result), result]));
  const keys = new Set(official.map(keyOf));
  const differences: Difference[] = [];
  let both = 0;
  for (const result of official) {
    const other = own.get(keyOf(result));
    if (other) both++;
    const kinds: Kind[] = other ? kindsOf(result, other) : ['only official'];
    if (kinds.length > 0) differences.push({ ...placeOf(result), kinds, official: result, ours: other });
  }
  const equal = both - differences.filter(({ ours }) => ours).length;
  for (const result of ours)
    if (!keys.has(keyOf(result))) differences.push({ ...placeOf(result), kinds: ['only ours'], ours: result });
  return { both, equal, differences };
}

/** The differences that nothing explains, and the explanations that no difference needs. */
export function explain(
  differences: Difference[],
  explained: Explained[],
  release: string,
): { unexplained: Difference[]; stale: Explained[] } {
  const known = explained.filter((one) => one.release === undefined || one.release === release);
  const used = new Set<Explained>();
  const unexplained = differences.filter((difference) => {
    const reasons = known.filter((one) => explains(one, difference));
    reasons.forEach((one) => used.add(one));
    return !difference.kinds.every((kind) => reasons.some(({ kinds }) => kinds.includes(kind)));
  });
  return { unexplained, stale: known.filter((one) => !used.has(one)) };
}

function explains({ check, where, kinds }: Explained, difference: Difference): boolean {
  return (
    check.test(difference.check) &&
    (where === undefined || where.test(difference.where)) &&
    kinds.some((kind) => difference.kinds.includes(kind))
  );
}

function kindsOf(official: DqdResult, ours: DqdResult): Kind[] {
  if (official.notApplicable && ours.notApplicable) return [];
  if (official.isError || ours.isError) return official.isError && ours.isError ? [] : ['error'];
  if (official.notApplicable !== ours.notApplicable) return ['applicable'];
  const kinds: Kind[] = official.failed === ours.failed ? [] : ['failed'];
  if (official.numViolatedRows === null) return kinds;
  if (official.numViolatedRows !== ours.numViolatedRows) kinds.push('violated');
  if (official.numDenominatorRows !== ours.numDenominatorRows) kinds.push('denominator');
  return kinds;
}

function keyOf(result: DqdResult): string {
  const { check, where } = placeOf(result);
  return `${check} ${where}`;
}

function placeOf({ checkName, cdmTableName, cdmFieldName, conceptId, unitConceptId }: DqdResult) {
  const field = [cdmTableName, cdmFieldName].filter(Boolean).join('.').toUpperCase();
  const concepts = [conceptId, unitConceptId].map((id) => String(id ?? '').replaceAll(' ', ''));
  return { check: checkName, where: [field, ...concepts].filter(Boolean).join(' ') };
}
