import type { EventKind, Tally } from '@ehrsynth/records';
import { isSameClaim, REPEATS_OTHERS } from './claim-status.ts';
import type { Fact } from './facts.ts';
import { nameOf } from './parts.ts';

/** Whether claims are read: all, none, or those of what a patient's clinical records do not have. */
export type ClaimsMode = 'auto' | 'read' | 'skip';

type EncounterFact = Fact & { type: 'encounter' };

/** What is read of a claim so far. */
interface Standing {
  resourceType: string;
  isRead: boolean;
  isJoined: boolean;
  /** Parts that the patient's clinical records stand for. */
  left: string[];
}

export const CLAIMS_NOT_READ = 'claims not read: the patient has clinical records';
export const CLAIMS_NOT_ASKED_FOR = 'claims not requested';
/** Why a claim is left out whole, by the mode. */
const REASONS: Record<ClaimsMode, string> = {
  auto: CLAIMS_NOT_READ,
  read: REPEATS_OTHERS,
  skip: CLAIMS_NOT_ASKED_FOR,
};

/** Which of a patient's claims, and of what they say, are read beside the other resources. */
export class ClaimReading {
  /** What is left of the facts: each claim once. */
  readonly facts: Fact[];
  /** Encounters, those of the claims that are read among them. */
  readonly encounters: EncounterFact[];
  /** An encounter of a claim → the one of another claim that it is part of. */
  private readonly partOf = new Map<string, string>();
  /** By the place of a claim: whether something of it is read. */
  private readonly claims = new Map<string, Standing>();
  private readonly own = new Set<EventKind>();

  constructor(
    facts: Fact[],
    private readonly mode: ClaimsMode,
    private readonly tally: Tally,
  ) {
    this.facts = facts.some(({ claim }) => claim) ? this.withoutTwins(facts) : facts;
    const encounters = this.facts.filter((fact) => fact.type === 'encounter');
    const own = encounters.filter(({ claim }) => !claim);
    const ids = new Set(own.map(({ id }) => id));
    const billed = encounters.filter(
      (fact) =>
        fact.claim &&
        this.take(
          fact,
          own.length > 0,
          fact.claim.encounters?.some((id) => ids.has(id)),
        ),
    );
    this.encounters = [...own, ...this.together(billed)];
  }

  /** Whether an event is read; clinical ones must be asked for first. */
  reads(fact: Fact & { type: 'event' }): boolean {
    if (fact.claim) return this.take(fact, this.own.has(fact.kind));
    return true;
  }

  /** That an event of a clinical record was read. */
  hasRead(fact: Fact & { type: 'event' }): void {
    if (!fact.claim) this.own.add(fact.kind);
  }

  /** The encounter of an event: the one named, or that of its claim. */
  encounterOf(fact: Fact & { type: 'event' }, places: Map<string, number>): number | undefined {
    const named = fact.encounter === undefined ? undefined : places.get(fact.encounter);
    if (named !== undefined || !fact.claim || fact.id === undefined) return named;
    return places.get(this.partOf.get(fact.id) ?? fact.id);
  }

  /** Counts the claims of which nothing was read, the parts left out of others, and what these refer to in vain. */
  close(): void {
    for (const { isRead, isJoined, resourceType, left } of this.claims.values()) {
      if (isRead) for (const part of left) this.tally.skip(part, CLAIMS_NOT_READ);
      else this.tally.skip(resourceType, isJoined ? REPEATS_OTHERS : REASONS[this.mode]);
    }
    const referring = this.facts.filter(({ claim, where }) => claim?.refersTo && this.claims.get(where)?.isRead);
    if (referring.length === 0) return;
    const there = new Set(this.facts.map((fact) => (fact.type === 'patient' ? undefined : fact.id)));
    for (const { claim, where, resourceType } of referring) {
      const missing = claim!.refersTo!.filter((key) => !there.has(key));
      for (const detail of missing)
        this.tally.note({
          reason: 'a claim refers to a diagnosis or procedure that is not read',
          resourceType,
          where,
          detail,
        });
    }
  }

  /** @param isJoined it is an encounter that another resource is already */
  private take(fact: Fact, hasOwn: boolean, isJoined = false): boolean {
    const { where, resourceType } = fact;
    const isWanted = this.mode === 'read' || (this.mode === 'auto' && !hasOwn);
    const isRead = isWanted && !isJoined;
    const claim = this.claims.get(where) ?? { resourceType, isRead: false, isJoined: false, left: [] };
    claim.isRead ||= isRead;
    claim.isJoined ||= isWanted && isJoined;
    if (!isWanted && !isJoined) claim.left.push(nameOf(fact));
    this.claims.set(where, claim);
    return isRead;
  }

  /** A Claim and its ExplanationOfBenefit are one, and so are two of these for one Claim; and one that was replaced is none. */
  private withoutTwins(facts: Fact[]): Fact[] {
    const heads = facts.filter(({ claim }) => claim?.keys);
    const left = new Set<string>();
    const leave = ({ where, resourceType }: Fact, reason: string) => {
      if (!left.has(where)) this.tally.skip(resourceType, reason);
      left.add(where);
    };
    const superseded = new Set(heads.flatMap(({ claim }) => claim!.supersedes ?? []));
    const claims = heads.filter(({ resourceType }) => resourceType === 'Claim');
    const there = new Set(claims.map(({ claim }) => claim!.keys![0]));
    const explanations = heads.filter(({ resourceType }) => resourceType === 'ExplanationOfBenefit');
    const numbers = timesOf(explanations);
    const answers = new Map<string, Fact[]>();
    for (const head of explanations.sort(newestFirst)) {
      const { keys, supersedes = [] } = head.claim!;
      const [own, ...others] = keys!;
      const isReplaced = others.some(
        (key) => numbers.get(key) === 1 && superseded.has(key) && !supersedes.includes(key),
      );
      const answered = others.find((key) => key.startsWith('Claim/'));
      const before = (answered === undefined ? undefined : answers.get(answered)) ?? [];
      if (superseded.has(own) || isReplaced) leave(head, 'replaced by another claim');
      else if (before.some((one) => there.has(answered!) || isSameClaim(one.claim!, head.claim!)))
        leave(head, 'another ExplanationOfBenefit of the same claim is read');
      else for (const key of others) answers.set(key, [...(answers.get(key) ?? []), head]);
    }
    const shared = timesOf(claims);
    for (const head of claims) {
      const keys = head.claim!.keys!.filter((key) => shared.get(key) === 1 || key.startsWith('Claim/'));
      const supersedes = head.claim!.supersedes ?? [];
      if (keys.some((key) => superseded.has(key) && !supersedes.includes(key)))
        leave(head, 'replaced by another claim');
      else if (keys.some((key) => answers.has(key))) leave(head, 'its ExplanationOfBenefit is read');
    }
    return left.size === 0 ? facts : facts.filter(({ where }) => !left.has(where));
  }

  /** A stay or emergency is billed by the hospital, perhaps month by month, and by each physician: one encounter. */
  private together(billed: EncounterFact[]): EncounterFact[] {
    const rank = ({ isFacility, start = '9999' }: EncounterFact) => `${isFacility ? 0 : 1} ${start}`;
    const kept: EncounterFact[] = [];
    const stays: EncounterFact[] = [];
    for (const one of [...billed].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
      const isStay = one.class === 'IMP' || one.class === 'EMER';
      const whole = isStay ? stays.find((stay) => stay.class === one.class && covers(stay, one)) : undefined;
      if (whole) {
        this.partOf.set(one.id, whole.id);
        if (one.isFacility && one.end && (!whole.end || one.end > whole.end)) whole.end = one.end;
        continue;
      }
      const copy = { ...one };
      kept.push(copy);
      if (isStay) stays.push(copy);
    }
    return kept;
  }
}

/** How often each key occurs; of those that a claim says it replaces, without it. */
function timesOf(heads: Fact[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { claim } of heads) {
    for (const key of claim!.keys!) if (!claim!.supersedes?.includes(key)) times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
}

function newestFirst(a: Fact, b: Fact): number {
  return (a.claim!.created ?? '') < (b.claim!.created ?? '') ? 1 : -1;
}

function covers(stay: EncounterFact, { start }: EncounterFact): boolean {
  return Boolean(start && stay.start && stay.start <= start && start <= (stay.end ?? stay.start));
}
