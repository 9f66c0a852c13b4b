import { autoregressiveTable, benchAutoregressive, figuresOfAutoregressive } from './autoregressive.ts';
import { benchEvaluate } from './evaluate.ts';
import { benchFhir } from './fhir.ts';
import type { PartResult } from './figure.ts';
import { benchGenerate } from './generate.ts';
import { benchGrowth } from './growth.ts';
import { benchOmop } from './omop.ts';
import type { BenchSettings } from './settings.ts';
import { benchTraining, figuresOfTraining } from './training.ts';
import { trainingTable } from './training-table.ts';

/** What the bench measures, in this order; each is named by `--only`. */
export const PARTS: Readonly<Record<string, (settings: BenchSettings) => Promise<PartResult>>> = {
  medgan: async (settings) => {
    const results = await benchTraining(settings);
    return { figures: figuresOfTraining(results), table: trainingTable(results) };
  },
  autoregressive: async (settings) => {
    const results = await benchAutoregressive(settings);
    return { figures: figuresOfAutoregressive(results), table: autoregressiveTable(results) };
  },
  generate: benchGenerate,
  fhir: benchFhir,
  omop: benchOmop,
  evaluate: benchEvaluate,
  growth: benchGrowth,
};
