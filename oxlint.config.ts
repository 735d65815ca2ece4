import { defineConfig } from 'oxlint'

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'react', 'jsx-a11y', 'import', 'promise', 'vitest'],
  jsPlugins: ['./scripts/lint/plugin.ts'],
  options: { typeAware: true },
  ignorePatterns: [
    'prisma/generated/**',
    'client/dist/**',
    '.tsbuild/**',
    'data/**',
    'bench/peers/**',
    'e2e/fixtures/**',
  ],
  categories: { correctness: 'error' },
  rules: {
    'house/imports': 'error',
    'house/environment': 'error',
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'vitest/no-disabled-tests': 'error',
    'vitest/no-focused-tests': 'error',
    // A helper that expects, and a promise that must merely not fail, are assertions too.
    'vitest/expect-expect': 'off',
    // Fakes and adapters pass methods that do not use `this`; TypeScript's own checks cover the rest.
    // Vite's worker imports have a default export that the file itself lacks.
    'import/default': 'off',
    'typescript/no-non-null-assertion': 'off',
    'typescript/unbound-method': 'off',
    'typescript/no-base-to-string': 'off',
    'typescript/no-misused-spread': 'off',
    // A group of flags and its value reads as one line.
    'unicorn/no-useless-spread': 'off',
    'promise/no-callback-in-promise': 'off',
    'typescript/require-array-sort-compare': 'off',
    'typescript/no-meaningless-void-operator': 'off',
    'typescript/restrict-template-expressions': 'off',
    'eslint/no-unused-expressions': 'off',
    'eslint/no-setter-return': 'off',
    'vitest/require-mock-type-parameters': 'off',
    // The tree is one focusable element that moves an active row, as the pattern for trees allows.
    'jsx-a11y/click-events-have-key-events': 'off',
    'jsx-a11y/interactive-supports-focus': 'off',
    'jsx-a11y/label-has-associated-control': 'off',
    'jsx-a11y/no-noninteractive-element-to-interactive-role': 'off',
    // A dialog that opens takes the focus; roles serve where no element says the same (trees, tabs, live regions).
    'jsx-a11y/no-autofocus': 'off',
    'jsx-a11y/prefer-tag-over-role': 'off',
    'jsx-a11y/no-noninteractive-element-interactions': 'off',
    'jsx-a11y/control-has-associated-label': 'off',
    'react/set-state-in-effect': 'off',
    'react/refs': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/require-to-throw-message': 'off',
  },
  overrides: [
    // Elsewhere a function called "use" is handed something for a while, and is no hook.
    { files: ['client/**'], rules: { 'react/rules-of-hooks': 'error' } },
    {
      files: ['**/env.ts', 'scripts/**', '*.config.ts', 'e2e/**', 'bench/**', '**/*.test.ts', '**/*.fixture.ts'],
      rules: { 'house/environment': 'off' },
    },
    {
      files: ['e2e/**', 'bench/**'],
      rules: {
        'vitest/no-standalone-expect': 'off',
        'eslint/no-empty-pattern': 'off',
      },
    },
  ],
})
