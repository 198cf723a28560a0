import js from '@eslint/js'
import n from 'eslint-plugin-n'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import tseslint from 'typescript-eslint'

/** Who may import whom: the house's boundaries (docs/architecture.md), as a lint rule. */
const forbid = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns }],
})
const TENSORFLOW = {
  group: ['@tensorflow/*'],
  message: 'Only src/main/engine knows TensorFlow.',
}
const ELECTRON = { group: ['electron', 'electron/*'], message: 'No electron import here.' }
const RENDERER = { group: ['**/renderer/**'], message: 'Nobody imports the renderer.' }
const ENGINE = {
  group: ['**/engine/**', './engine'],
  message: 'Main talks to the engine process; only the command line imports its modules.',
}
const OUTSIDE_SHARED = {
  regex: '^(?!\\.{1,2}/|@msgpack/msgpack$)|(main|preload|renderer)/',
  message: 'src/shared imports nothing outside itself, but for the encoding of messages.',
}
const OUTSIDE_CONTRACT = {
  regex: '^(?!\\.{1,2}/|zod$)|(main|preload|renderer)/',
  message: 'shared/contract and shared/spec import nothing outside shared but zod.',
}

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', 'docs/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.shared.json',
          './tsconfig.main.json',
          './tsconfig.renderer.json',
          './tsconfig.test.json',
        ],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: globals.browser },
    rules: {
      // Props and snippets of Svelte come through as `any` where the template is parsed.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An effect reads a state only to follow it: `void state`.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // '' and false stand for "none" in fields and props.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true, boolean: true } },
      ],
      // Knows that `let { a, b = $bindable() } = $props()` must be `let`.
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  { files: ['src/shared/**'], rules: forbid(OUTSIDE_SHARED) },
  { files: ['src/shared/{contract,spec}/**'], rules: forbid(OUTSIDE_CONTRACT) },
  {
    files: ['src/renderer/**'],
    rules: forbid(ELECTRON, TENSORFLOW, {
      group: ['**/main/**', '**/preload/**', 'node:*'],
      message: 'The renderer imports shared only.',
    }),
  },
  {
    files: ['src/preload/**'],
    rules: forbid(TENSORFLOW, RENDERER, {
      group: ['**/main/**'],
      message: 'The preload imports shared only.',
    }),
  },
  {
    files: ['src/main/**'],
    ignores: ['src/main/engine/**', 'src/main/cli.ts', 'src/main/cli/**'],
    rules: forbid(TENSORFLOW, RENDERER, ENGINE),
  },
  { files: ['src/main/cli.ts', 'src/main/cli/**'], rules: forbid(TENSORFLOW, RENDERER, ELECTRON) },
  {
    files: ['src/main/engine/**'],
    rules: forbid(ELECTRON, RENDERER, {
      regex: '^(\\.\\./)+(window|menu|ipc|engine-host|run-store|cli|index)$',
      message: 'The engine imports shared only.',
    }),
  },
  { files: ['bench/**'], rules: forbid(ELECTRON, TENSORFLOW, RENDERER) },
  {
    files: ['src/main/**', 'src/preload/**'],
    ignores: ['src/main/engine/**', 'src/main/cli.ts', 'src/main/cli/**'],
    plugins: { n },
    rules: {
      // The fallback Electron carries Node 16: what is newer must be guarded.
      'n/no-unsupported-features/node-builtins': ['error', { version: '>=16.17.0', ignores: [] }],
      'n/no-unsupported-features/es-builtins': ['error', { version: '>=16.17.0' }],
    },
  },
  {
    files: ['scripts/**/*.{mjs,cjs}', 'bench/**/*.mjs', '*.mjs', 'test/**/*.mjs'],
    languageOptions: { globals: globals.node },
  },
)
