import { OtherReleaseError } from './errors.ts';
import type { Release } from './release-signs.ts';
import type { Found } from './found.ts';
import type { Fault } from './resources.ts';
import { releaseSign } from './version.ts';

/** Once so many resources have shown it, nothing that comes later changes the decision. */
const ENOUGH = 1000;
/** Signs that an error names. */
const SHOWN = 5;

/** What of a source is not R4: decided for the source as a whole, from all of its resources. */
export class OtherReleases {
  private read = 0;
  private readonly counts = new Map<Release, number>();
  /** What it shows → how often, and where first. */
  private readonly signs = new Map<string, { count: number; where: string }>();

  /** @param asked r4: leave out what is of another release, and go on */
  constructor(
    private readonly source: string,
    private readonly asked?: 'r4',
  ) {}

  /**
   * The resource, or what is wrong with it; undefined for one of another release, where the source is refused at the end.
   * @throws OtherReleaseError where many have shown it
   */
  sift(found: Found | Fault): Found | Fault | undefined {
    if ('fault' in found) return found;
    this.read++;
    const sign = releaseSign(found.resource);
    if (!sign) return found;
    const { resourceType } = found.resource;
    const { release, says } = sign;
    if (this.asked) return { fault: `${resourceType} of FHIR ${release}, not R4`, where: found.where, detail: says };
    this.counts.set(release, (this.counts.get(release) ?? 0) + 1);
    const before = this.signs.get(says);
    if (before) before.count++;
    else this.signs.set(says, { count: 1, where: found.where });
    if (this.others >= ENOUGH) this.assertNone();
    return undefined;
  }

  /** @throws OtherReleaseError where a resource was of another release */
  assertNone(): void {
    if (this.others === 0) return;
    const signs = [...this.signs].sort(([, a], [, b]) => b.count - a.count).slice(0, SHOWN);
    throw new OtherReleaseError(this.source, {
      counts: this.counts,
      read: this.read,
      signs: signs.map(([says, { count, where }]) => ({ says, count, where })),
    });
  }

  private get others(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }
}
