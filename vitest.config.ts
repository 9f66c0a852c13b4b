import { defineConfig } from 'vitest/config';

/** The libraries are tested from their sources, not from what was built of them. */
const conditions = ['@ehrsynth/source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{libs,apps}/**/src/**/*.spec.ts', 'tools/src/**/*.spec.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'node_modules/.cache/vitest-results.json' }]],
  },
});
