import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { isComplete, makeStaging, publish, requireSpace } from './cache.mjs'
import { findProgram, runCommand } from './commands.mjs'
import { explainCompilerFailure, findReason, isUnreachable } from './decisions.mjs'
import { SetupError } from './errors.mjs'
import { root } from './own-node.mjs'
import { TENSORFLOW_VERSION, TENSORFLOW_WHEELS } from './pins.mjs'
import { fetchWheel, unpackWheel } from './wheels.mjs'

/** @typedef {import('./progress.mjs').Progress} Progress */

const BINDING = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu')
/** Where the npm package looks for its addon. */
export const ADDON = path.join(BINDING, 'lib', 'napi-v8', 'tfjs_binding.node')
const LIBRARIES = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2']
/** Of TensorFlow's 1.3 GB only the libraries and the headers of the C interface are needed. */
const NEEDED_PARTS = [
  ...LIBRARIES,
  'tensorflow/include/tensorflow/c/*',
  'tensorflow/include/tensorflow/core/platform/ctstring*',
  'tensorflow/include/tsl/platform/ctstring*',
  'tensorflow/include/xla/tsl/c/*',
  'nvidia/*',
  '*.dist-info/*',
  '!nvidia/*/include/*',
  '!*.a',
]

/** @returns {boolean} whether a driver of NVIDIA is on this machine; looks at files only */
export function hasNvidiaDriver() {
  const places = [
    '/proc/driver/nvidia/version',
    '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
    '/usr/lib64/libcuda.so.1',
    '/usr/lib/wsl/lib/libcuda.so.1',
  ]
  return places.some((place) => fs.existsSync(place)) || findProgram('nvidia-smi') !== undefined
}

/**
 * @param {'cpu' | 'gpu'} kind
 * @param {string} cache
 * @returns {string} the place of that TensorFlow in the cache
 */
function placeTensorflow(kind, cache) {
  const pins = TENSORFLOW_WHEELS[kind].wheels.map((wheel) => wheel.sha256)
  const key = pins.length === 1 ? pins[0] : createHash('sha256').update(pins.join()).digest('hex')
  return path.join(cache, 'tensorflow', `${kind}-${TENSORFLOW_VERSION}-${key?.slice(0, 8)}`)
}

/**
 * Fetches and unpacks TensorFlow, once for all clones. The CUDA libraries are unpacked beside it:
 * it finds them by a relative path.
 * @param {'cpu' | 'gpu'} kind
 * @param {string} cache
 * @param {Progress} progress
 * @returns {Promise<{ folder: string, note: string }>}
 */
export async function ensureTensorflow(kind, cache, progress) {
  const folder = placeTensorflow(kind, cache)
  const name = `TensorFlow ${TENSORFLOW_VERSION} for ${kind === 'cpu' ? 'the CPU' : 'CUDA 12'}`
  const note = name.replace('TensorFlow ', '')
  if (isComplete(folder)) return { folder, note: `${note}, from the cache` }
  const { wheels, unpackedBytes } = TENSORFLOW_WHEELS[kind]
  const missing = wheels.filter(
    (wheel) => !fs.existsSync(path.join(cache, 'downloads', wheel.file)),
  )
  const downloadBytes = missing.reduce((sum, wheel) => sum + wheel.bytes, 0)
  requireSpace(name, cache, downloadBytes + unpackedBytes)
  const files = []
  for (const wheel of wheels) files.push(await fetchWheel(wheel, cache, progress))
  const staging = makeStaging(cache)
  for (const file of files) await unpackWheel(file, staging, NEEDED_PARTS, progress)
  publish(staging, folder, LIBRARIES)
  // What is unpacked is what the cache keeps: the wheels would only take their space again.
  for (const file of files) fs.rmSync(file)
  return { folder, note }
}

/**
 * Compiles the npm package's addon against that TensorFlow, once for all clones, and puts it where
 * the package looks for it.
 * @param {string} folder from ensureTensorflow
 * @param {string} cache
 * @param {Progress} progress
 * @returns {Promise<string>} a note
 */
export async function ensureAddon(folder, cache, progress) {
  const libraries = path.join(folder, 'tensorflow')
  linkLibraries(libraries)
  const headers = path.join(root, 'node_modules', 'node-api-headers')
  const sources = fs.readdirSync(path.join(BINDING, 'binding')).sort()
  const hash = createHash('sha256').update([libraries, ...FLAGS].join('\n'))
  for (const name of sources) hash.update(fs.readFileSync(path.join(BINDING, 'binding', name)))
  hash.update(fs.readFileSync(path.join(headers, 'package.json')))
  const kept = path.join(cache, 'addon', hash.digest('hex').slice(0, 16))
  const name = 'tfjs_binding.node'
  const wasKept = isComplete(kept)
  if (!wasKept) {
    const compiler = findProgram(...[process.env['CXX'] ?? [], 'g++', 'c++', 'clang++'].flat())
    if (compiler === undefined) {
      throw new SetupError(
        'no C++ compiler was found (g++, c++ or clang++)',
        'install one (on Debian and Ubuntu: apt-get install g++), or name it with CXX',
      )
    }
    progress.update(`with ${path.basename(compiler)}`)
    const staging = makeStaging(cache)
    const outcome = await runCommand(
      compiler,
      [
        ...FLAGS,
        `-I${path.join(headers, 'include')}`,
        `-I${path.join(libraries, 'include')}`,
        ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((it) => path.join(BINDING, 'binding', it)),
        ...['-o', path.join(staging, name)],
        ...LIBRARIES.map((library) => path.join(folder, library)),
        // Not as one -Wl,-rpath,… : a comma in the path would end it.
        ...['-Xlinker', '-rpath', '-Xlinker', libraries],
      ],
      { cwd: BINDING },
    )
    if (outcome.code !== 0) throw explainCompilerFailure(outcome.output)
    publish(staging, kept, [name])
  }
  fs.mkdirSync(path.dirname(ADDON), { recursive: true })
  // Beside and renamed: overwriting a library that a running process has loaded would kill it.
  fs.copyFileSync(path.join(kept, name), `${ADDON}.new`)
  fs.renameSync(`${ADDON}.new`, ADDON)
  await tryAddon()
  return wasKept ? 'from the cache' : 'compiled'
}

const FLAGS = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8']

/** @param {string} libraries */
function linkLibraries(libraries) {
  const links = path.join(BINDING, 'deps', 'lib')
  fs.mkdirSync(links, { recursive: true })
  for (const [link, library] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ]) {
    const place = path.join(links, String(link))
    fs.rmSync(place, { force: true })
    fs.symlinkSync(path.join(libraries, String(library)), place)
  }
}

/** Loads the addon in a process of its own: a bad build shows here and not in the lab. */
async function tryAddon() {
  const script = 'process.stdout.write(require(process.argv[1]).TF_Version ?? "")'
  const outcome = await runCommand(process.execPath, ['-e', script, ADDON], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', NODE_OPTIONS: '' },
  })
  if (outcome.code === 0) return
  throw new SetupError(
    `the TensorFlow addon does not load: ${findReason(outcome.output, /Error:|cannot open|undefined symbol/)}`,
    'install what it names; for a damaged cache remove ~/.cache/vgg-lab and run the command again',
  )
}

/**
 * macOS and Windows: the npm package's own installer brings its library and its addon.
 * @param {Progress} progress
 * @returns {Promise<string>} a note
 */
export async function installPackagedTensorflow(progress) {
  if (fs.existsSync(ADDON)) return 'already installed'
  progress.update("by the npm package's own installer")
  const npm = findProgram('npm') ?? 'npm'
  const outcome = await runCommand(
    npm,
    ['rebuild', '@tensorflow/tfjs-node-gpu', '--ignore-scripts=false', '--foreground-scripts'],
    { cwd: root, stallMs: 600_000 },
  )
  if (outcome.code === 0 && fs.existsSync(ADDON)) return 'libtensorflow by the npm package'
  throw new SetupError(
    `@tensorflow/tfjs-node-gpu could not install itself: ${findReason(outcome.output, /[Ee]rror/)}`,
    isUnreachable(outcome.output)
      ? 'it needs storage.googleapis.com: check the network and run the command again'
      : 'install Python 3 and a C++ compiler, which it may need, and run the command again',
    outcome.output.slice(-2000),
  )
}
