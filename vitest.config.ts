import { configDefaults, defineConfig } from 'vitest/config';

/** The libraries are tested from their sources, not from what was built of them. */
const conditions = ['@ehrsynth/source', 'node'];
/** Proofs that take minutes are no part of `npm test`: `npm run check:slow` runs them alone. */
const isSlow = process.env.EHRSYNTH_TEST_SLOW !== undefined;
/** So are tests on a Spark that PyPI has: `npm run check:spark`. */
const isSpark = process.env.EHRSYNTH_TEST_SPARK !== undefined;
/** Only catches what hangs. */
const LIMIT_MS = 900_000;

/** What sets up the process for itself: the time zone, the engine with as many threads as there are cores. */
const alone = ['libs/omop/src/read/time-zone.spec.ts', 'libs/engine/src/**/*.spec.ts'];
const include = ['{libs,apps}/**/src/**/*.spec.ts', 'tools/src/**/*.spec.ts'].map((pattern) =>
  pattern.replace('*.spec.ts', isSlow ? '*.slow.spec.ts' : isSpark ? '*.spark.spec.ts' : '*.spec.ts'),
);
const exclude = [
  ...configDefaults.exclude,
  ...(isSlow ? [] : ['**/*.slow.spec.ts']),
  ...(isSpark ? [] : ['**/*.spark.spec.ts']),
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // By default one core is left idle, which of two is half.
    maxWorkers: '100%',
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    reporters: ['default', ['json', { outputFile: 'node_modules/.cache/vitest-results.json' }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include,
          exclude: [...exclude, ...alone],
          setupFiles: ['vitest.setup.ts'],
          // Files of one worker share what is imported: dictionaries, profiles, the engine. Those take longer than most tests.
          isolate: false,
          // Each worker has a core. The engine's threads wait for each other by spinning, and take it from the others.
          env: { EHRSYNTH_THREADS: '1' },
        },
      },
      { extends: true, test: { name: 'alone', include: isSlow || isSpark ? [] : alone, exclude } },
    ],
  },
});
