import { auc, type Interval, rocCurve, type RocPoint, rocPoints } from '@ehrsynth/statistics';

export interface LikelihoodAttack {
  /** AUC of members against people who were not in training; 0.5 is safe. */
  auc: Interval;
  roc: RocPoint[];
  /** Patients of either side. */
  members: number;
  nonMembers: number;
}

/** How likely a model finds the records of some people: log-likelihoods, and how long each record is. */
export interface Likelihoods {
  nats: ArrayLike<number>;
  tokens: ArrayLike<number>;
}

/** The attack by whole records, and by nats per token, where a record's length does not hide how well it is known. */
export interface LikelihoodAttacks {
  record: LikelihoodAttack;
  token: LikelihoodAttack;
}

/** Both attacks by likelihood. @throws RangeError where a number is none, or a record has no token @see likelihoodAttack */
export function likelihoodAttacks(members: Likelihoods, nonMembers: Likelihoods): LikelihoodAttacks {
  const perToken = ({ nats, tokens }: Likelihoods) => Array.from(nats, (own, i) => own / tokens[i]);
  return {
    record: likelihoodAttack(members.nats, nonMembers.nats),
    token: likelihoodAttack(perToken(members), perToken(nonMembers)),
  };
}

/**
 * Membership inference by likelihood: an attacker who holds the model takes a person for a member where the model finds the person's
 * record likely. The control is in the figure: members are compared with people who were not in training.
 * @param members log-likelihood of each training patient's record; `nonMembers` of each held-out one's. −Infinity is a record that the
 * model thinks impossible
 * @throws RangeError where one is not a number
 * @see Yeom et al. 2018, adversary 2
 */
export function likelihoodAttack(members: ArrayLike<number>, nonMembers: ArrayLike<number>): LikelihoodAttack {
  for (const [name, all] of Object.entries({ members, nonMembers })) {
    const at = Array.prototype.findIndex.call(all, Number.isNaN);
    if (at !== -1) throw new RangeError(`the log-likelihood of patient ${at} of the ${name} is not a number`);
  }
  return {
    auc: auc(members, nonMembers),
    roc: rocCurve(members, nonMembers, rocPoints(Math.min(members.length, nonMembers.length))),
    members: members.length,
    nonMembers: nonMembers.length,
  };
}
