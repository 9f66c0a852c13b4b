import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What each library may import: the table of ARCHITECTURE.md. `io` and `random` are the ground that all stand on. */
const ground = ['scope:io', 'scope:random'];
const may = {
  io: [],
  duckdb: [],
  spark: [],
  federation: [],
  records: [],
  vocab: ['records'],
  fhir: ['records', 'units', 'vocab'],
  omop: ['duckdb', 'records', 'spark', 'units', 'vocab'],
  meds: ['duckdb', 'records', 'spark', 'vocab'],
  units: ['records'],
  histories: ['records'],
  matrix: ['records', 'vocab'],
  frames: ['duckdb', 'matrix', 'meds', 'records', 'vocab'],
  sequence: ['histories', 'matrix', 'records', 'vocab'],
  engine: [],
  models: ['engine', 'histories', 'matrix', 'records', 'sequence'],
  decode: ['records', 'vocab', 'matrix'],
  simulate: ['records', 'vocab'],
  statistics: ['matrix'],
  evaluation: ['histories', 'matrix', 'records', 'statistics'],
  privacy: ['histories', 'matrix', 'records', 'statistics'],
  release: ['evaluation', 'histories', 'matrix', 'privacy', 'statistics'],
  report: ['evaluation', 'histories', 'matrix', 'privacy', 'release', 'statistics'],
  sandbox: ['fhir', 'records', 'vocab'],
  tools: [
    'records',
    'vocab',
    'matrix',
    'engine',
    'models',
    'simulate',
    'fhir',
    'omop',
    'duckdb',
    'meds',
    'spark',
    'statistics',
    'evaluation',
    'privacy',
    'release',
    'report',
    'pipeline',
  ],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', 'libs/engine/assembly/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          banTransitiveDependencies: true,
          depConstraints: [
            ...Object.entries(may).map(([scope, others]) => ({
              sourceTag: `scope:${scope}`,
              onlyDependOnLibsWithTags: [`scope:${scope}`, ...ground, ...others.map((other) => `scope:${other}`)],
            })),
            { sourceTag: 'scope:random', onlyDependOnLibsWithTags: ['scope:random'] },
            {
              sourceTag: 'scope:pipeline',
              notDependOnLibsWithTags: ['scope:cli', 'scope:sandbox', 'scope:tools'],
            },
            { sourceTag: 'scope:cli', onlyDependOnLibsWithTags: ['*'] },
          ],
        },
      ],
      'no-redeclare': 'off',
      '@typescript-eslint/no-redeclare': 'off',
      'max-lines': ['warn', { max: 300 }],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['libs/**/*.ts'], ignores: ['**/*.spec.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['apps/cli/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'console', message: 'Import it from console.ts, which makes texts from outside safe.' },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
