import { Decoder, loadTimeline } from '@ehrsynth/decode';
import { type EngineName, startEngine } from '@ehrsynth/engine';
import { loadModel, type Synthesizer } from '@ehrsynth/models';
import { Vocabulary } from '@ehrsynth/vocab';

/** A model with what makes patients of its rows. */
export interface Generation {
  model: Synthesizer;
  decoder: Decoder;
  /** Name of the engine. */
  engine: string;
}

/** Opens a model folder for drawing patients by a seed. @throws UserError */
export async function openGeneration(
  modelFolder: string,
  seed: number,
  wanted: EngineName | 'auto',
): Promise<Generation> {
  const engine = await startEngine(wanted);
  const model = await loadModel(modelFolder);
  const timeline = await loadTimeline(modelFolder, model.columns.length);
  const counts = model.counts === 'modelled' ? 'row' : 'learned';
  const decoder = new Decoder(model.columns, timeline, new Vocabulary(), { seed, counts });
  return { model, decoder, engine: engine.name };
}
