import { readYaml, UserError } from '@ehrsynth/io';
import { MIN_PATIENTS } from '@ehrsynth/models';
import { z } from 'zod';
import { PUBLIC_PARTS } from '../training/public-parts.ts';

/** What a site lets coordinators have. */
export const SitePolicy = z.strictObject({
  /** k: no count of fewer of its patients is given away, and nothing else rests on fewer. */
  minPatients: z.number().int().min(1).default(MIN_PATIENTS),
  /** Patients that the site has to have at all. */
  leastPatients: z.number().int().min(1).default(100),
  /** Rounds of a training, at most; and validations, of which each gives one sum away. */
  rounds: z.number().int().min(1).default(2000),
  /** Trainings, at most, in the life of the site's folder. */
  trainings: z.number().int().min(1).default(100),
  /** Differential privacy: no training without it, and none whose ε or δ is larger. ε adds up over trainings. */
  privacy: z
    .strictObject({
      epsilon: z.number().positive(),
      delta: z.number().gt(0).lt(1),
      /** What the site declares public, as `train --dp-public` does. */
      public: z.array(z.enum(PUBLIC_PARTS)).default([]),
    })
    .optional(),
});
export type SitePolicy = z.output<typeof SitePolicy>;

/** A policy that says something else than it may. */
export class SitePolicyError extends UserError {
  constructor(what: string, where: string) {
    super('bad-site-policy', 2, what, {
      where,
      todo: 'docs/federated.md lists the keys of a policy.',
    });
  }
}

/** A policy from YAML or JSON. @throws SitePolicyError with the key and its place, UserError */
export async function readSitePolicy(path: string): Promise<SitePolicy> {
  return (await readYaml(path, SitePolicy, (what, where) => new SitePolicyError(what, where))).data;
}
