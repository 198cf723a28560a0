// Who may import whom: the layers of the house (docs/architecture.md). Each room lists what it may import
// beside itself, types included; everything else is refused, and so are circles. `npm run check` runs it
// as `layers`.

/**
 * @typedef {object} Room
 * @property {string} path - regular expression of its files
 * @property {string} [own] - what of itself it may import, if not all: `$1` is the group of `path`
 * @property {readonly string[]} imports - the rooms that it may import
 * @property {readonly string[]} [packages] - the packages; `node:*` stands for all of Node's own modules
 */

const NODE = 'node:*'
const TENSORFLOW = '@tensorflow/tfjs-node-gpu'

const BELOW_VIEWS = ['window/lib', 'window/components', 'window/charts', 'window/state']

/**
 * The rooms of the window, the lowest layer first. A view imports no other view, and the shell none.
 * @type {Record<string, Room>}
 */
const WINDOW = {
  'window/lib': { path: 'src/renderer/src/lib/', imports: ['shared'], packages: ['svelte'] },
  'window/components': {
    path: 'src/renderer/src/components/',
    imports: ['shared', 'window/lib'],
    packages: ['svelte'],
  },
  'window/charts': {
    path: 'src/renderer/src/charts/',
    imports: ['shared', 'window/lib', 'window/components'],
    packages: ['svelte', 'uplot', 'd3-scale'],
  },
  'window/state': {
    path: 'src/renderer/src/state/',
    imports: ['shared', 'window/lib', 'window/charts'],
    packages: ['svelte'],
  },
  'window/panels': {
    path: 'src/renderer/src/panels/',
    imports: ['shared', ...BELOW_VIEWS],
    packages: ['svelte'],
  },
  'window/views': {
    path: 'src/renderer/src/views/([^/]+)/',
    own: 'src/renderer/src/views/$1/',
    imports: ['shared', ...BELOW_VIEWS, 'window/panels'],
    packages: ['svelte', 'd3-scale'],
  },
  'window/shell': {
    path: 'src/renderer/src/shell/',
    imports: ['shared', ...BELOW_VIEWS, 'window/panels'],
    packages: ['svelte'],
  },
  window: {
    path: 'src/renderer/src/[^/]+$',
    imports: ['shared', 'window/lib', 'window/state', 'window/shell', 'window/views'],
    packages: ['svelte'],
  },
}

/**
 * The rooms of the engine, the lowest layer first.
 * @type {Record<string, Room>}
 */
const ENGINE = {
  'engine/base': {
    path: 'src/main/engine/(tensors/|work/|(?!serve-stdio)[^/]+\\.ts$)',
    imports: ['shared'],
    packages: [NODE, TENSORFLOW],
  },
  'engine/formats': {
    path: 'src/main/engine/formats/',
    imports: ['shared', 'files', 'engine/base'],
    packages: [NODE, '@napi-rs/image'],
  },
  'engine/network': {
    path: 'src/main/engine/network/',
    imports: ['shared', 'files', 'engine/base', 'engine/formats'],
    packages: [NODE, TENSORFLOW],
  },
  'engine/data': {
    path: 'src/main/engine/data/',
    imports: ['shared', 'files', 'engine/base'],
    packages: [NODE, '@napi-rs/image', 'csv-parse', 'ml-matrix', 'zod'],
  },
  'engine/runs': {
    path: 'src/main/engine/runs/',
    imports: ['shared', 'files', 'engine/base', 'engine/formats', 'engine/network'],
    packages: [NODE],
  },
  'engine/weights': {
    path: 'src/main/engine/weights/',
    imports: [
      ...['shared', 'package.json', 'files', 'engine/base', 'engine/formats', 'engine/network'],
      'engine/runs',
    ],
    packages: [NODE],
  },
  'engine/training': {
    path: 'src/main/engine/training/',
    imports: [
      ...['shared', 'package.json', 'files', 'engine/base', 'engine/network', 'engine/data'],
      ...['engine/runs', 'engine/weights'],
    ],
    packages: [NODE],
  },
  'engine/inspect': {
    path: 'src/main/engine/inspect/',
    imports: [
      ...['shared', 'files', 'engine/base', 'engine/formats', 'engine/network', 'engine/data'],
      'engine/runs',
    ],
    packages: [NODE, TENSORFLOW, '@napi-rs/image', 'ml-matrix', 'umap-js', 'zod'],
  },
  'engine/evaluate': {
    path: 'src/main/engine/evaluate/',
    imports: [
      ...['shared', 'package.json', 'files', 'engine/base', 'engine/formats', 'engine/network'],
      'engine/data',
      ...['engine/runs', 'engine/inspect'],
    ],
    packages: [NODE, TENSORFLOW, 'd3-scale', 'zod'],
  },
  'engine/service': {
    path: 'src/main/engine/service/',
    imports: [
      ...['shared', 'files', 'engine/base', 'engine/network', 'engine/data', 'engine/runs'],
      ...['engine/weights', 'engine/training', 'engine/inspect', 'engine/evaluate'],
    ],
    packages: [NODE, 'zod'],
  },
  'engine/stream': { path: 'src/main/engine/stream/', imports: ['shared'], packages: [NODE] },
  'engine/serve-stdio': {
    path: 'src/main/engine/serve-stdio\\.ts$',
    imports: ['shared', 'engine/base', 'engine/service', 'engine/stream'],
    packages: [NODE],
  },
}

/** @type {Record<string, Room>} */
const ROOMS = {
  'package.json': { path: 'package\\.json$', imports: [] },
  shared: { path: 'src/shared/', imports: [], packages: ['@msgpack/msgpack', 'zod'] },
  preload: { path: 'src/preload/', imports: ['shared'], packages: ['electron'] },
  ...WINDOW,
  ...ENGINE,
  // What main, the engine and the command line all use of the disk: no Electron.
  files: {
    path: 'src/main/files/',
    imports: ['shared'],
    packages: [NODE, 'tar-stream', 'zod'],
  },
  'engine-exit': {
    path: 'src/main/engine-process/engine-exit\\.ts$',
    imports: ['shared'],
    packages: [NODE],
  },
  // The engine is another process: main sends it messages and imports none of its modules.
  main: {
    path: 'src/main/(?!files/|engine/|cli/|cli\\.ts$|engine-process/engine-exit\\.ts$)',
    imports: ['shared', 'files', 'engine-exit'],
    packages: [NODE, 'electron', 'chokidar', 'zod'],
  },
  'command line': {
    path: 'src/main/cli(/|\\.ts$)',
    imports: ['shared', 'package.json', 'files', 'engine-exit', ...Object.keys(ENGINE)],
    packages: [NODE, 'commander'],
  },
  // The set-up runs before any package is there; Electron loads its own.
  'set-up': {
    path: 'scripts/(setup/|setup\\.mjs$)',
    imports: ['package.json'],
    packages: [NODE, 'electron'],
  },
  scripts: {
    path: 'scripts/(?!setup/|setup\\.mjs$)',
    imports: ['shared', 'package.json', 'set-up', 'command line'],
    packages: [NODE, '@napi-rs/image', 'playwright-core', 'prettier', 'vite'],
  },
  'test/support': {
    path: 'test/support/',
    imports: [
      ...['shared', 'main', 'files', 'command line', 'scripts'],
      ...[...Object.keys(WINDOW), ...Object.keys(ENGINE)],
    ],
    packages: [NODE, '@napi-rs/image', 'axe-core', 'electron', 'playwright-core', 'vite', 'vitest'],
  },
  bench: {
    path: 'bench/',
    imports: ['shared', 'files', 'command line', 'scripts', 'test/support', ...Object.keys(ENGINE)],
    packages: [NODE, '@napi-rs/image', 'playwright-core'],
  },
}

/** @type {(text: string) => string} */
const escapePattern = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * What a room lists, in words.
 * @param {Room} room
 */
function describeImports({ imports, packages = [] }) {
  const hasAll = Object.keys(ENGINE).every((name) => imports.includes(name))
  const rooms = hasAll ? [...imports.filter((name) => !(name in ENGINE)), 'engine/*'] : imports
  return [...rooms, ...packages].join(', ') || 'nothing'
}

/**
 * The rule that refuses what a room does not list.
 * @param {[string, Room]} room
 */
function makeRule([name, room]) {
  const { path, own = path, imports, packages = [] } = room
  const files = [own, ...imports.map((other) => ROOMS[other].path)].map((one) => `^${one}`)
  const modules = packages
    .filter((one) => one !== NODE)
    .map((one) => `^node_modules/(@types/)?${escapePattern(one)}/`)
  return {
    name: `${name} imports only itself and ${describeImports(room)}`,
    severity: 'error',
    from: { path: `^${path}` },
    to: {
      pathNot: [...files, ...modules],
      ...(packages.includes(NODE) ? { dependencyTypesNot: ['core'] } : {}),
    },
  }
}

export default {
  forbidden: [
    ...Object.entries(ROOMS).map(makeRule),
    {
      name: 'each file of src lies in a room of .dependency-cruiser.mjs',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.values(ROOMS).map(({ path }) => `^${path}`) },
      to: {},
    },
    {
      name: 'no import circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      // Its tables and schemas need zod, which the window does not pay for at its first paint.
      name: 'the window and the preload take the contract and the spec from their index',
      severity: 'error',
      from: { path: '^src/(renderer|preload)/' },
      to: { path: '^src/shared/(contract/(?!index\\.ts$)|spec/[^/]*schema)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte.ts', '.svelte', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
