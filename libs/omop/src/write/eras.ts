/** Days without an exposure or occurrence that do not end an era. */
const PERSISTENCE = 30;

/** An occurrence of a condition or exposure to an ingredient; days since 1970. */
export interface Span {
  concept: number;
  start: number;
  /** Undefined where it is not known: then it lasts one day. */
  end?: number;
}

export interface Era {
  concept: number;
  start: number;
  end: number;
  /** Occurrences or exposures in it. */
  count: number;
  /** Days in it that none of them covers. */
  gapDays: number;
}

/**
 * One person's eras: spans of the same concept that lie at most 30 days apart are one. In the order of concept and start.
 * @see OHDSI's derivation of CONDITION_ERA and DRUG_ERA, https://ohdsi.github.io/CommonDataModel/sqlScripts.html
 */
export function erasOf(spans: Span[]): Era[] {
  const sorted = [...spans].sort((a, b) => a.concept - b.concept || a.start - b.start);
  const eras: Era[] = [];
  for (const { concept, start, end: known } of sorted) {
    const end = Math.max(start, known ?? start + 1);
    const last = eras.at(-1);
    if (last?.concept === concept && start <= last.end + PERSISTENCE) {
      last.gapDays += Math.max(0, start - last.end);
      last.end = Math.max(last.end, end);
      last.count++;
    } else eras.push({ concept, start, end, count: 1, gapDays: 0 });
  }
  return eras;
}
