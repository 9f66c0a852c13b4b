import { createHash } from 'node:crypto';
import { RefusedError } from '@ehrsynth/federation';
import { budgetOf, type PrivacyStatement } from '../training/privacy-budget.ts';
import type { SharedTask } from './requests.ts';
import type { LedgerEntry, SiteLedger } from './site-ledger.ts';
import type { SitePolicy } from './site-policy.ts';
import type { SiteRecords } from './site-records.ts';

/** What a training spends at this site. @throws RefusedError where that is more than the policy allows, UserError */
export function siteBudget(
  { model, settings, privacy: asked, columns }: SharedTask,
  { patients, encoding }: Pick<SiteRecords, 'patients' | 'encoding'>,
  { privacy: allowed }: SitePolicy,
): PrivacyStatement | undefined {
  if (!asked) {
    if (!allowed) return undefined;
    throw new RefusedError('privacy', 'its policy requires differential privacy: give --dp-epsilon and --dp-delta');
  }
  if (!allowed)
    throw new RefusedError('privacy', 'its policy has no `privacy` section, which differential privacy needs');
  if (asked.epsilon > allowed.epsilon || asked.delta > allowed.delta)
    throw new RefusedError(
      'privacy',
      `its policy allows ε ${allowed.epsilon} at δ ${allowed.delta}; requested were ε ${asked.epsilon} at δ ${asked.delta}`,
    );
  return budgetOf(
    { dpEpsilon: asked.epsilon, dpDelta: asked.delta, dpClip: asked.clip, dpPublic: allowed.public },
    {
      model,
      options: settings,
      given: [],
      patients,
      rows: { rows: patients, columns },
      chosen: encoding.chosen,
      withValues: false,
    },
  );
}

/**
 * Writes a training into the ledger, where it is not there yet.
 * @returns ε that the site has spent with it
 * @throws RefusedError where the policy does not allow it, or it is another one of the same name
 */
export async function admit(
  task: SharedTask,
  coordinator: string,
  ledger: SiteLedger,
  policy: SitePolicy,
  statement?: PrivacyStatement,
): Promise<number> {
  const { id, model } = task;
  const known = ledger.find(id);
  const hash = hashOf(task);
  if (known && known.task !== hash)
    throw new RefusedError('training', `training ${id} was started here with different settings`);
  const others = ledger.all.filter((one) => one.id !== id);
  if (others.length >= policy.trainings)
    throw new RefusedError(
      'trainings',
      `its policy allows ${policy.trainings} trainings, and it has taken part in that many`,
    );
  const spent = (of: 'epsilon' | 'delta') =>
    others.reduce((sum, { privacy }) => sum + (privacy?.[of] ?? 0), statement?.[of] ?? 0);
  const [epsilon, delta] = [spent('epsilon'), spent('delta')];
  const { privacy: allowed } = policy;
  if (allowed && others.some(({ privacy }) => !privacy))
    throw new RefusedError(
      'privacy',
      'it has already taken part in a training without differential privacy, so no budget can hold',
    );
  if (allowed && (epsilon > allowed.epsilon || delta > allowed.delta))
    throw new RefusedError(
      'privacy',
      `including earlier trainings, ε would be ${epsilon.toFixed(2)} at δ ${delta}; its policy allows ${allowed.epsilon} at ${allowed.delta}`,
    );
  if (known) return epsilon;
  await ledger.forget();
  const privacy = statement && { epsilon: statement.epsilon, delta: statement.delta };
  const begun = new Date().toISOString();
  await ledger.write({ id, task: hash, coordinator, model, begun, rounds: 0, validations: 0, reached: 0, privacy });
  return epsilon;
}

/** @throws RefusedError where a training has more rounds than the policy allows */
export function agree(rounds: number, policy: SitePolicy): void {
  if (rounds > policy.rounds)
    throw new RefusedError('rounds', `its policy allows ${policy.rounds} rounds; requested were ${rounds}`);
}

/** One plan a training: counts by several would say more of the patients than each alone. @throws RefusedError */
export async function admitPlan(entry: LedgerEntry, plan: unknown, ledger: SiteLedger): Promise<void> {
  const hash = hashOf(plan);
  if (entry.plan === undefined) return ledger.write({ ...entry, plan: hash });
  if (entry.plan !== hash) throw new RefusedError('plan', `training ${entry.id} already has a different plan`);
}

/**
 * One more round of a training; in private each step is made once, since its noise is paid for once.
 * @param reach epochs that are done before and after it
 * @throws RefusedError
 */
export async function admitRound(
  entry: LedgerEntry,
  [from, to]: readonly [number, number],
  isPrivate: boolean,
  ledger: SiteLedger,
  policy: SitePolicy,
): Promise<void> {
  if (entry.rounds >= policy.rounds)
    throw new RefusedError('rounds', `it has answered ${entry.rounds} rounds, the most that its policy allows`);
  if (to < from) throw new RefusedError('request', 'the round ends before it begins');
  if (isPrivate && from < entry.reached)
    throw new RefusedError(
      'privacy',
      'these steps were already made; making them again would spend privacy budget again',
    );
  await ledger.write({ ...entry, rounds: entry.rounds + 1, reached: Math.max(entry.reached, to) });
}

/** One more validation. @throws RefusedError */
export async function admitValidation(entry: LedgerEntry, ledger: SiteLedger, policy: SitePolicy): Promise<void> {
  if (entry.validations >= policy.rounds)
    throw new RefusedError('rounds', `it has validated ${entry.validations} times, the most that its policy allows`);
  await ledger.write({ ...entry, validations: entry.validations + 1 });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
