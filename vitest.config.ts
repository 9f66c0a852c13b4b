import { configDefaults, defineConfig } from 'vitest/config';

/** The libraries are tested from their sources, not from what was built of them. */
const conditions = ['@ehrsynth/source', 'node'];
/** Proofs that take minutes are no part of `npm test`: `npm run check:slow` runs them alone. */
const isSlow = process.env.EHRSYNTH_TEST_SLOW !== undefined;
/** Only catches what hangs. */
const LIMIT_MS = 900_000;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: isSlow
      ? ['{libs,apps}/**/src/**/*.slow.spec.ts', 'tools/src/**/*.slow.spec.ts']
      : ['{libs,apps}/**/src/**/*.spec.ts', 'tools/src/**/*.spec.ts'],
    exclude: [...configDefaults.exclude, ...(isSlow ? [] : ['**/*.slow.spec.ts'])],
    // By default one core is left idle, which of two is half.
    maxWorkers: '100%',
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    reporters: ['default', ['json', { outputFile: 'node_modules/.cache/vitest-results.json' }]],
  },
});
