import type { ModelName } from '../registry.ts';
import type { SharedKind } from './kind.ts';
import { SHARED_AUTOREGRESSIVE } from './shared-autoregressive.ts';
import { SHARED_VAE } from './shared-vae.ts';
import { SHARED_VISITS } from './shared-visits.ts';

/** Models that are trained by likelihood alone: means of their weights mean something. Of two opponents they would not. */
const KINDS = {
  visits: SHARED_VISITS,
  autoregressive: SHARED_AUTOREGRESSIVE,
  vae: SHARED_VAE,
} satisfies Partial<Record<ModelName, unknown>>;

export type SharedModelName = keyof typeof KINDS;
export const SHARED_MODEL_NAMES = Object.keys(KINDS) as SharedModelName[];

/** What a model has for a training that several sites share. */
export function sharedKindOf(name: SharedModelName): SharedKind<unknown, unknown> {
  return KINDS[name] as SharedKind<unknown, unknown>;
}
