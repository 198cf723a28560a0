// `npm run check`: types, format, lint, Svelte, layers and unused code. All are run, so that one call tells
// everything; the exit status is 1 if any fails.
import { root } from './setup/own-node.mjs'
import path from 'node:path'
import { runCommand } from './setup/commands.mjs'
import { areDependenciesInstalled, ensureDependencies } from './setup/dependencies.mjs'
import { exitWithError } from './setup/errors.mjs'
import { formatDuration, Progress } from './setup/progress.mjs'

/** @typedef {{ name: string, program: string, args: string[] }} Check */

const cacheFile = (/** @type {string} */ name) => `node_modules/.cache/${name}.json`

/** Declarations of the split projects: the checks after it read them. */
const TYPES = { name: 'types', program: 'typescript/bin/tsc', args: ['--build'] }
/** @type {Check[]} */
const OTHERS = [
  {
    name: 'lint',
    program: 'eslint/bin/eslint.js',
    // A file that did not change is not linted again, although a type that it imports may have: the
    // compiler sees that, and a fresh clone, as in CI, has no cache.
    args: ['--max-warnings', '0', '--cache', '--cache-location', cacheFile('eslint'), '.'],
  },
  {
    name: 'svelte',
    program: 'svelte-check/bin/svelte-check',
    args: ['--tsconfig', './tsconfig.renderer.json', '--output', 'human', '--fail-on-warnings'],
  },
  {
    name: 'layers',
    program: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['--config', '.dependency-cruiser.mjs', 'src', 'bench', 'scripts', 'test'],
  },
  {
    name: 'format',
    program: 'prettier/bin/prettier.cjs',
    args: ['--check', '.', '--cache', '--cache-location', cacheFile('prettier')],
  },
  { name: 'unused', program: 'knip/bin/knip.js', args: ['--no-progress'] },
]

/**
 * @param {Check} check
 * @returns {Promise<boolean>} whether it passed
 */
async function runCheck({ name, program, args }) {
  const beganMs = Date.now()
  const file = path.join(root, 'node_modules', program)
  const outcome = await runCommand(process.execPath, [file, ...args], { cwd: root })
  const isPassed = outcome.code === 0
  if (!isPassed) console.log(`${outcome.output.trimEnd()}\n`)
  console.log(`${isPassed ? '✓' : '✗'} ${name} (${formatDuration(Date.now() - beganMs)})`)
  return isPassed
}

try {
  if (!areDependenciesInstalled()) {
    const progress = new Progress()
    progress.begin('npm packages')
    progress.end(await ensureDependencies(progress))
  }
  const passed = [await runCheck(TYPES)]
  const waiting = [...OTHERS]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) passed.push(await runCheck(next))
  }
  await Promise.all([work(), work()])
  process.exit(passed.every(Boolean) ? 0 : 1)
} catch (error) {
  exitWithError(error)
}
