import { join } from 'node:path';
import { readTable } from '@ehrsynth/io';
import { shippedFolder } from './folders.ts';
import { normaliseNdc } from './ndc.ts';

/** A concept of RxNorm: a clinical drug (SCD), a branded drug (SBD), or an ingredient (IN) where the drug's own code is not known. */
export interface RxNormConcept {
  rxcui: string;
  type: 'SCD' | 'SBD' | 'IN';
  name: string;
}

let table: Map<string, RxNormConcept> | undefined;

/** RxNorm's concepts by the 9-digit product. */
export function simulatedDrugs(): Map<string, RxNormConcept> {
  return (table ??= new Map(
    readTable(join(shippedFolder(), 'rxnorm-simulated.tsv')).map(([product9, rxcui, type, name]) => [
      product9,
      { rxcui, type: type as RxNormConcept['type'], name },
    ]),
  ));
}

/**
 * RxNorm's concept for an NDC of one of the products that the simulator prescribes; undefined for all others.
 * @see vocab/SOURCES.md
 */
export function simulatedDrug(ndc: string): RxNormConcept | undefined {
  const code = normaliseNdc(ndc);
  return simulatedDrugs().get(code.kind === 'package' || code.kind === 'product' ? code.product9 : ndc);
}
