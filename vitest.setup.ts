import fc from 'fast-check';

// Properties are tried on the same inputs in each run; EHRSYNTH_TEST_SEED=7 tries others.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.EHRSYNTH_TEST_SEED ?? 1) });
