import { existsSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * A library is tested from its sources. The libraries that it uses are too, unless all have just been built, as by `npm test`: what was built
 * is loaded by Node itself, in a third of the time.
 */
const isBuilt = process.env.EHRSYNTH_TEST_BUILT !== undefined;
const conditions = isBuilt ? ['node'] : ['@ehrsynth/source', 'node'];
const BUILT = /\/(libs|apps)\/[^/]+\/dist\//;
/** Proofs that take minutes are no part of `npm test`: `npm run check:slow` runs them alone. */
const isSlow = process.env.EHRSYNTH_TEST_SLOW !== undefined;
/** So are tests on a Spark that PyPI has: `npm run check:spark`. */
const isSpark = process.env.EHRSYNTH_TEST_SPARK !== undefined;
/** Only catches what hangs. */
const LIMIT_MS = 900_000;

/** What sets up the process for itself: the time zone, the engine with as many threads as there are cores, the authorities that gRPC trusts. */
const alone = ['libs/omop/src/read/time-zone.spec.ts', 'libs/engine/src/**/*.spec.ts', 'libs/spark/src/tls.spec.ts'];
const include = ['{libs,apps}/**/src/**/*.spec.ts', 'tools/src/**/*.spec.ts'].map((pattern) =>
  pattern.replace('*.spec.ts', isSlow ? '*.slow.spec.ts' : isSpark ? '*.spark.spec.ts' : '*.spec.ts'),
);
const exclude = [
  ...configDefaults.exclude,
  ...(isSlow ? [] : ['**/*.slow.spec.ts']),
  ...(isSpark ? [] : ['**/*.spark.spec.ts']),
];

/**
 * What takes longest, longest first; the others follow by size. Begun late, such a file keeps one worker busy when the other has nothing left.
 */
const SLOWEST = [
  'libs/report/src/histories-page.spec.ts',
  'apps/cli/src/provenance.spec.ts',
  'apps/cli/src/signals.spec.ts',
  'apps/cli/src/few-patients.spec.ts',
  'libs/pipeline/src/training/train-records.spec.ts',
  'apps/cli/src/train.spec.ts',
  'libs/pipeline/src/assessment/evaluate-records.spec.ts',
  'apps/cli/src/hostile.spec.ts',
  'libs/release/src/release.spec.ts',
  'libs/report/src/report.spec.ts',
  'apps/cli/src/main.spec.ts',
  'libs/omop/src/read/codes.spec.ts',
  'libs/omop/src/check/check.spec.ts',
  'libs/omop/src/values.spec.ts',
  'libs/omop/src/read/persons.spec.ts',
  'libs/fhir/src/fuzz.spec.ts',
  'libs/simulate/src/lives/truth.spec.ts',
  'libs/omop/src/athena.spec.ts',
  'apps/cli/src/release.spec.ts',
  'libs/models/src/absence.spec.ts',
  'libs/omop/src/omop.spec.ts',
  'libs/omop/src/value-rows.spec.ts',
  'libs/pipeline/src/generation/workers.spec.ts',
  'libs/models/src/on-webgpu.spec.ts',
  'libs/models/src/visits/value-path.spec.ts',
  'libs/release/src/verify.spec.ts',
];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = SLOWEST.findIndex((path) => moduleId.endsWith(path));
      return place < 0 ? SLOWEST.length : place;
    };
    const sorted = await super.sort(files);
    // Workers are kept for files of one project: those of both are not mixed.
    return [...new Set(sorted.map(({ project }) => project))].flatMap((project) =>
      sorted.filter((file) => file.project === project).sort((a, b) => rank(a) - rank(b)),
    );
  }
}

/** Temporary files are kept in memory where there is plenty: some disks take longer to remove a small file than a test takes to write it. */
const MEMORY = '/dev/shm';
const PLENTY = 4 * 2 ** 30;
const temporary = !process.env.TMPDIR && hasRoom() ? { TMPDIR: MEMORY } : {};

function hasRoom(): boolean {
  if (!existsSync(MEMORY) || freemem() < PLENTY) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= PLENTY;
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    server: { deps: { external: [BUILT] } },
    // By default one core is left idle, which of two is half.
    maxWorkers: '100%',
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    sequence: { sequencer: SlowestFirst },
    env: temporary,
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
          env: { ...temporary, EHRSYNTH_THREADS: '1' },
        },
      },
      { extends: true, test: { name: 'alone', include: isSlow || isSpark ? [] : alone, exclude } },
    ],
  },
});
