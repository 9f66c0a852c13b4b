import type { Explained } from './compare.ts';

/** Where `validate omop` and the official Data Quality Dashboard do not say the same, each with the reason. */
export const EXPLAINED: Explained[] = [];
