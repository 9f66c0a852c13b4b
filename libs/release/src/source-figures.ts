/** What the written records share with the source that they must not. */
export interface SourceFigures {
  /** Ids of source patients, training or held out, that stand in the written records. */
  ids: number;
  /** Training patients of the rarest code, race, ethnicity or encounter class that was written; no more than the policy asks for. */
  holders: number;
}

/** Something that records hold, and how many training patients hold it. */
export interface Held {
  name: string;
  patients: number;
}

/**
 * Figures of written records, and what in them is held by fewer than k training patients, the rarest first. A count above k is given as k,
 * so that what passes shows no exact count of few real patients.
 * @param ids of written patients that are ids of the source
 * @param written names of what was written, by key
 * @param holders training patients by key; none where it is not there
 */
export function sourceFigures(
  ids: ReadonlySet<string>,
  written: ReadonlyMap<string, string>,
  holders: ReadonlyMap<string, number>,
  k: number,
): { figures: SourceFigures; rare: Held[] } {
  const all = [...written].map(([key, name]) => ({ name, patients: holders.get(key) ?? 0 }));
  const rare = all.filter(({ patients }) => patients < k).sort((a, b) => a.patients - b.patients);
  return { figures: { ids: ids.size, holders: rare[0]?.patients ?? k }, rare };
}
