/** Elements whose texts come again and again: systems, codes and their titles, references, profiles, units. */
const REPEATED = new Set(
  'system code display text reference type url profile unit status use resourceType start end authoredOn'
    .split(' ')
    .concat(
      'recordedDate onsetDateTime effectiveDateTime performedDateTime issued lastUpdated family state city'.split(' '),
    ),
);
const MOST = 200_000;

/** Keeps one copy of each text that many resources have: reading JSON makes one for every time that it comes. */
export class SharedTexts {
  private readonly known = new Map<string, string>();

  /** @param most texts that are remembered; then it begins anew, so that texts that come once do not pile up */
  constructor(private readonly most = MOST) {}

  /** Puts the copy that is known in the place of each such text. @param value a resource, changed in place */
  share(value: object): void {
    for (const [name, part] of Object.entries(value)) {
      if (typeof part === 'string') {
        if (REPEATED.has(name)) (value as Record<string, unknown>)[name] = this.copyOf(part);
      } else if (Array.isArray(part)) this.shareList(name, part as unknown[]);
      else if (typeof part === 'object' && part !== null) this.share(part as object);
    }
  }

  private shareList(name: string, list: unknown[]): void {
    for (const [i, one] of list.entries()) {
      if (typeof one === 'string') {
        if (REPEATED.has(name)) list[i] = this.copyOf(one);
      } else if (typeof one === 'object' && one !== null) this.share(one);
    }
  }

  private copyOf(text: string): string {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    if (this.known.size >= this.most) this.known.clear();
    this.known.set(text, text);
    return text;
  }
}
