import { Concept } from '../cdm/concepts.ts';
import type { Row } from '../cdm/own-concepts.ts';

/** The row of cdm_source. @param today day of the release */
export function cdmSource(today: string, vocabularyVersion = 'none'): Row {
  return {
    cdm_source_name: 'Synthetic patients of ehrsynth',
    cdm_source_abbreviation: 'ehrsynth',
    cdm_holder: 'ehrsynth',
    source_description: 'Synthetic records: sampled from a generative model, of no real person',
    source_release_date: today,
    cdm_release_date: today,
    cdm_version: '5.4',
    cdm_version_concept_id: Concept.cdm54,
    vocabulary_version: vocabularyVersion.slice(0, 20),
  };
}
