import { posix, relative, sep } from 'node:path'
import js from '@eslint/js'
import n from 'eslint-plugin-n'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import layers from './.dependency-cruiser.mjs'

/** Types of the browser and of the language, whose names no type of the lab has. */
const GLOBAL_TYPES = Object.keys({ ...globals.browser, ...globals.es2021 })
  .filter((name) => /^[A-Z]/.test(name))
  .join('|')

const SHADOWS = {
  selector: `:matches(Program, ExportNamedDeclaration) > :matches(ClassDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration)[id.name=/^(${GLOBAL_TYPES})$/]`,
  message: 'The name shadows a type of the browser or of the language.',
}
const PRIVATE = {
  selector:
    ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"], TSParameterProperty)[accessibility="private"]',
  message: 'Private members are written with #.',
}
const HIDDEN_FAULT = {
  selector:
    'LogicalExpression[operator="??"][left.type="MemberExpression"][left.computed=true]:matches([right.raw=/^[0-9.]/], [right.type="UnaryExpression"], [right.name=/^(NaN|Infinity)$/])',
  message:
    'A number in place of an absent one hides a fault: read it with present or itemAt of shared/present, and with .at() or out of a Map where it may be absent.',
}

/**
 * The layers of `.dependency-cruiser.mjs` for the imports of components: it reads them compiled, where
 * those of types are gone.
 */
const COMPONENT_LAYERS = {
  create: (context) => ({
    ImportDeclaration(node) {
      if (!node.source.value.startsWith('.')) return
      const file = relative(import.meta.dirname, context.filename)
        .split(sep)
        .join('/')
      const imported = posix.join(posix.dirname(file), node.source.value)
      const broken = layers.forbidden.find(({ from, to }) => {
        const match = new RegExp(from.path ?? '^$').exec(file)
        if (match === null || to.pathNot === undefined) return false
        // `$1` stands for the first group of `from`, as in dependency-cruiser.
        const allowed = to.pathNot.map((pattern) => pattern.replace('$1', match[1] ?? '$1'))
        return !allowed.some((pattern) => new RegExp(pattern).test(imported))
      })
      if (broken !== undefined) context.report({ node, message: `${broken.name}.` })
    },
  }),
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
      'no-restricted-syntax': ['error', SHADOWS, PRIVATE],
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
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    rules: { 'no-restricted-syntax': ['error', SHADOWS, PRIVATE, HIDDEN_FAULT] },
  },
  {
    files: ['src/renderer/**/*.svelte'],
    plugins: { lab: { rules: { layers: COMPONENT_LAYERS } } },
    rules: { 'lab/layers': 'error' },
  },
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
