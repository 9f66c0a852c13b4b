import { expect, it } from 'vitest';
import { optionsOf, ROW_MODEL_NAMES, scheduleOf } from './registry.ts';
import { epochsFor, smallBatch } from './schedule.ts';
import { scheduleFor, VisitsOptions } from './visits/options.ts';

it('few rows are passed over more often, up to a bound; many rows less often, once at least', () => {
  const work = { epochs: 20, leastSteps: 1000, mostEpochs: 200, mostSteps: 20_000 };
  expect(epochsFor(10_000, 100, work)).toBe(20);
  expect(epochsFor(500, 20, work)).toBe(40);
  expect(epochsFor(30, 10, work)).toBe(200);
  expect(epochsFor(400_000, 100, work)).toBe(5);
  expect(epochsFor(1e9, 100, work)).toBe(1);
  expect([5, 60, 300, 1000, 5000].map(smallBatch)).toEqual([10, 10, 15, 50, 100]);
});

const trained = ROW_MODEL_NAMES.filter((name) => name !== 'chow-liu' && name !== 'marginals');

it.each(trained)(
  '%s makes about a thousand steps of 60 rows, and no more than some ten thousand of a million',
  (name) => {
    const batchOf: Record<string, (rows: number) => number> = {
      autoregressive: (rows) => (rows < 1000 ? 5 : 100),
      vae: smallBatch,
    };
    const batch = batchOf[name] ?? ((rows: number) => Math.min(rows, name.includes('wgan') ? 250 : 1000));
    const steps = (rows: number) => {
      const { epochs } = scheduleOf(name, optionsOf(name, {}), rows) as { epochs: number };
      return epochs * Math.floor(rows / batch(rows));
    };
    expect(steps(60)).toBeGreaterThanOrEqual(1000);
    expect(steps(60)).toBeLessThan(2500);
    expect(steps(1_000_000)).toBeLessThanOrEqual(60_000);
    expect(scheduleOf(name, optionsOf(name, { epochs: 7 }), 60)).toMatchObject({ epochs: 7 });
  },
);

it('a model of lives is smaller of few patients, where its size is not given and no noise hides them', () => {
  const hiddenOf = (patients: number, given = {}, isPrivate = false) =>
    scheduleOf('visits', optionsOf('visits', given), patients, isPrivate).hidden;
  expect([2, 57, 100, 200, 1000, 1e6].map((patients) => hiddenOf(patients))).toEqual([48, 64, 80, 112, 256, 256]);
  expect(hiddenOf(57, { hidden: 300 })).toBe(300);
  expect(hiddenOf(57, {}, true)).toBe(256);
});

it('a model of lives passes over long ones less often than over short ones of as many patients, and over very many fewer times', () => {
  const epochs = (steps: number, given = {}) => scheduleFor(VisitsOptions.parse(given), 66, steps).epochs;
  expect([10, 20, 125, 650, 5000, 1e6].map((steps) => epochs(steps))).toEqual([150, 100, 16, 6, 3, 1]);
  expect(epochs(10, { epochs: 7 })).toBe(7);
  // Before the lives are read it is not known; under differential privacy it does not depend on them.
  expect(scheduleOf('visits', optionsOf('visits', {}), 66)).not.toHaveProperty('epochs');
  expect(scheduleOf('visits', optionsOf('visits', {}), 66, true)).toMatchObject({ epochs: 15 });
});

it('an autoencoder before a GAN is trained for as long', () => {
  const steps = (rows: number) => {
    const { pretrainEpochs } = scheduleOf('medgan', optionsOf('medgan', {}), rows) as { pretrainEpochs: number };
    return pretrainEpochs * Math.ceil(rows / smallBatch(rows));
  };
  expect(steps(60)).toBeGreaterThanOrEqual(1000);
  expect(steps(20_000)).toBe(20_000);
  expect(steps(1_000_000)).toBeLessThanOrEqual(60_000);
  expect(scheduleOf('emr-wgan', optionsOf('emr-wgan', {}), 60)).toMatchObject({ pretrainEpochs: 0 });
});

it('waits longer for a better validation loss where few patients are judged by', () => {
  const patience = (patients: number, given = {}) => scheduleFor(VisitsOptions.parse(given), patients, 500).patience;
  expect([patience(100), patience(1999), patience(2000)]).toEqual([6, 6, 3]);
  expect(patience(5000, { epochs: 40 })).toBe(10);
  expect(patience(5000, { patience: 8 })).toBe(8);
});
