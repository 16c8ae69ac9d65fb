import tseslint from 'typescript-eslint';

const noHiddenInputs = [
  'error',
  { name: 'Date', message: 'core takes instants as values' },
  { name: 'setTimeout', message: 'core has no time' },
  { name: 'setInterval', message: 'core has no time' },
  { name: 'process', message: 'only config.ts and main.ts know the process' },
  { name: 'fetch', message: 'core does no I/O' },
];

const consoleGlobals = [
  'error',
  { name: 'localStorage', message: 'can be forbidden: go through remembered.ts' },
];

export default tseslint.config(
  {
    ignores: ['**/node_modules/**', 'console/dist/**', 'console/src/api/schema.ts', 'data/**'],
  },
  {
    files: ['**/*.ts', 'console/**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unsafe-type-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSEnumDeclaration',
          message: 'enums are not erasable: use an as-const object',
        },
        { selector: 'ExportAllDeclaration', message: 'no barrels: the import map is the door' },
        { selector: 'ExportDefaultDeclaration', message: 'named exports only' },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts', 'src/audio/**/*.ts', 'src/protocol/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': noHiddenInputs },
  },
  {
    files: ['console/src/**/*.{ts,tsx}'],
    ignores: ['console/src/remembered.ts'],
    rules: { 'no-restricted-globals': consoleGlobals },
  },
  {
    // Vite reads the default export of its configuration.
    files: ['console/vite.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: [
      'tools/**/*.ts',
      'tests/proofs/**/*.ts',
      'bench/**/*.ts',
      'examples/**/*.ts',
      'src/main.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
