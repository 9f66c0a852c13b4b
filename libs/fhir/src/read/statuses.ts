import { RULED_OUT_WORDS } from '@ehrsynth/records';

/** Whether what a resource describes happened, as its status has it. */
export type Standing = 'happened' | 'unsure' | 'did not';
export type Standings = ReadonlyMap<string, Standing>;

/**
 * Every status that R4 has for what we read, by the definitions of its value sets: what was begun happened, if only in part
 * (stopped, on-hold); what was ready, planned or withdrawn before it began did not. "unknown" is a last resort in R4: some
 * other status applies, and nobody knows which.
 */
export const STATUSES: Readonly<Record<string, Standings>> = {
  Encounter: standings({
    happened: 'arrived triaged in-progress onleave finished',
    unsure: 'unknown',
    'did not': 'planned cancelled entered-in-error',
  }),
  Procedure: standings({
    happened: 'in-progress on-hold stopped completed',
    unsure: 'unknown',
    'did not': 'preparation not-done entered-in-error',
  }),
  Observation: standings({
    happened: 'preliminary final amended corrected',
    unsure: 'unknown',
    'did not': 'registered cancelled entered-in-error',
  }),
  // Its results count, where they are within it.
  DiagnosticReport: standings({
    happened: 'partial preliminary final amended corrected appended',
    unsure: 'unknown',
    'did not': 'registered cancelled entered-in-error',
  }),
  MedicationRequest: standings({
    happened: 'active on-hold completed stopped',
    unsure: 'unknown',
    'did not': 'draft cancelled entered-in-error',
  }),
  // On hold, a dispense waits for an event outside (new stock); an administration or a statement was interrupted.
  MedicationDispense: standings({
    happened: 'in-progress completed stopped',
    unsure: 'unknown',
    'did not': 'preparation on-hold cancelled declined entered-in-error',
  }),
  MedicationAdministration: standings({
    happened: 'in-progress on-hold completed stopped',
    unsure: 'unknown',
    'did not': 'not-done entered-in-error',
  }),
  MedicationStatement: standings({
    happened: 'active on-hold completed stopped',
    unsure: 'unknown',
    'did not': 'intended not-taken entered-in-error',
  }),
  Immunization: standings({ happened: 'completed', 'did not': 'not-done entered-in-error' }),
  ExplanationOfBenefit: claims(),
  Claim: claims(),
};

/** What sources write in the place of R4's statuses, and means that nothing was done; any other word is unsure. */
export const OTHER_STATUSES: Standings = standings({
  'did not':
    'canceled planned scheduled booked pending proposed draft declined refused rejected no-show noshow not-given ' +
    'not-performed not-administered error in-error void voided deleted nullified retracted',
});

/** Of a request, whether anybody ordered it. */
export const INTENTS: Standings = standings({
  happened: 'order original-order reflex-order filler-order instance-order',
  'did not': 'proposal plan option',
});

/** Of a claim, whether it asks for money for what was done, or what it would cost. */
export const USES: Standings = standings({
  happened: 'claim',
  'did not': 'preauthorization predetermination',
});

/**
 * Of a condition or an allergy, how sure it is: R4's codes, and what sources have in their place or beside them: local words and SNOMED
 * CT's finding contexts.
 */
export const VERIFICATIONS: Standings = standings({
  happened: 'confirmed verified established definite final 410605003 410515003 59156000',
  unsure:
    'unconfirmed provisional differential not-confirmed unverified suspected probable possible presumed presumptive ' +
    'preliminary working tentative questionable rule-out unknown unk 415684004 410592001 410590009 76104008',
  'did not': [...RULED_OUT_WORDS, '410516002 410594000 410593006'].join(' '),
});

/** Germany's ICD-10-GM has it beside the code: excluded (ausgeschlossen), suspected (Verdacht), confirmed, state after. */
export const GERMAN_CERTAINTIES: Readonly<Record<string, string>> = {
  A: 'refuted',
  V: 'suspected',
  G: 'confirmed',
  Z: 'confirmed',
};

function claims(): Standings {
  return standings({ happened: 'active', 'did not': 'cancelled draft entered-in-error' });
}

function standings(words: Partial<Record<Standing, string>>): Standings {
  const entries = Object.entries(words) as [Standing, string][];
  return new Map(entries.flatMap(([standing, list]) => list.split(' ').map((word) => [word, standing] as const)));
}
