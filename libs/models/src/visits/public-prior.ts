import { tf } from '@ehrsynth/engine';
import { SPANS } from '@ehrsynth/sequence';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';

/** What everybody knows of records, as odds to what is common. */
const [UNCOMMON, RARE, VERY_RARE] = [0.1, 0.03, 0.01];
/** Years in which most records begin, [first, end), and events of a usual visit. */
const [FIRST_YEAR, END_YEAR] = [2000, 2030];
const EVENTS_OF_VISIT = 5;
const CLASS_ODDS: Readonly<Record<string, number>> = { AMB: 1, EMER: UNCOMMON, IMP: UNCOMMON };

/**
 * Odds of tokens to begin a private training with, from what everybody knows: most encounters are ambulatory and of one day, most records
 * begin after 2000, few people die. Without them a network begins with all tokens equally likely, and spends its budget on learning that
 * they are not. Nothing of it depends on the patients.
 */
export function beginWithPublicOdds(network: VisitsNetwork, { alphabet, dictionary }: Language): void {
  const odds = new Float32Array(alphabet.count).fill(1);
  const { sexes, races, ethnicities, years, gaps, ages, stays } = alphabet;
  for (let token = sexes.start; token < sexes.end; token++) {
    const name = dictionary.sexes[token - sexes.start] as string | undefined;
    if (name !== 'female' && name !== 'male') odds[token] = VERY_RARE;
  }
  for (const { end } of [races, ethnicities]) odds[end - 1] = UNCOMMON;
  for (const { end } of [years, ages]) odds[end - 1] = VERY_RARE;
  for (let span = 0; span < dictionary.years.length - 1; span++) {
    const isUsual = dictionary.years[span] >= FIRST_YEAR && dictionary.years[span + 1] <= END_YEAR;
    if (!isUsual) odds[years.start + span] = UNCOMMON;
  }
  // Of the spans of time to what comes next each is as likely as another, and there are many.
  odds[gaps.start] = SPANS.count * UNCOMMON;
  odds[alphabet.death] = VERY_RARE;
  dictionary.classes.forEach((name, i) => (odds[alphabet.death + 1 + i] = CLASS_ODDS[name] ?? RARE));
  odds[alphabet.alone] = RARE;
  for (let span = 0; span < SPANS.count; span++)
    odds[stays.start + span] = SPANS.start(span) === 0 ? 1 : RARE / SPANS.count;
  odds[alphabet.endOfVisit] = dictionary.entries.length / EVENTS_OF_VISIT;
  // What a value says is more likely than nothing.
  dictionary.entries.forEach(({ variants }, i) => {
    if (variants.length > 1 && variants[0].type === 'plain') odds[alphabet.firstValues[i]] = UNCOMMON;
  });
  alphabet.parts.forEach(({ start, end }, part) => {
    const bias = network.trunks[part].last.bias!;
    tf.tidy(() => bias.assign(tf.tensor1d(odds.slice(start, end).map(Math.log)) as typeof bias));
  });
}
