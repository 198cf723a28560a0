// `npm test`: sets up what is missing and runs all checks and tests; `npm test -- unit e2e` only
// these stages. The last line holds the totals of all tests.
import { root } from './setup/own-node.mjs'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'
import { findProgram } from './setup/commands.mjs'
import { startVirtualScreen } from './setup/display.mjs'
import { exitWithError, SetupError } from './setup/errors.mjs'
import { prepare } from './setup/prepare.mjs'
import { formatDuration, Progress } from './setup/progress.mjs'
import { electronEnvironment } from './setup/runtime.mjs'
import { hasDisplay, installPackages } from './setup/system.mjs'
import { chooseStages, planRounds, STAGES } from './testing/stages.mjs'
import { addTotals, countTests, formatTotals } from './testing/totals.mjs'

/** @typedef {import('./testing/stages.mjs').Stage} Stage */

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The tests drive the built renderer in a current Chromium too, beside the Electron that is there.
 * @returns {Promise<string>}
 */
async function ensureChromium() {
  const present = findProgram(...BROWSERS)
  if (present) return present
  const progress = new Progress()
  progress.begin('Chromium, for the tests')
  await installPackages(['chromium'], ['Chromium, in which the window is tested'], progress)
  progress.end()
  const installed = findProgram(...BROWSERS)
  if (installed) return installed
  throw new SetupError(
    'no Chromium was found',
    `install one that is called ${BROWSERS.join(' or ')}`,
  )
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string | null} label stands before each line, where other stages run at the same time
 * @returns {Promise<number>} its exit status
 */
function runVisibly(program, args, env, label) {
  return new Promise((resolve) => {
    const output = label === null ? 'inherit' : 'pipe'
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', output, output] })
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      readline.createInterface({ input: stream }).on('line', (line) => {
        console.log(`${label} ${line}`)
      })
    }
    child.on('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * @param {Stage} stage
 * @param {NodeJS.ProcessEnv} env
 * @param {string} reportFile where vitest leaves its counts
 * @param {boolean} isAlone no other stage runs at the same time
 * @returns {Promise<number>}
 */
function runStage(stage, env, reportFile, isAlone) {
  const label = isAlone ? null : `[${stage.name}]`
  if (stage.project === undefined) {
    return runVisibly(process.execPath, [path.join(root, 'scripts', 'check.mjs')], env, label)
  }
  const node = stage.node ? path.join(root, stage.node) : process.execPath
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const excluded = (stage.exclude ?? []).map((pattern) => `--exclude=${pattern}`)
  const args = [vitest, 'run', '--project', stage.project, ...excluded, ...reporters]
  return runVisibly(node, args, env, label)
}

/**
 * @param {string} reportFile
 * @param {number} code exit status of the stage
 * @returns {import('./testing/totals.mjs').Totals} a stage that fails without a failed test, such as
 *   the checks, counts as one failure, so that the totals never say less than the exit status
 */
function readTotals(reportFile, code) {
  let counted = { passed: 0, failed: 0, skipped: 0 }
  if (fs.existsSync(reportFile))
    counted = countTests(JSON.parse(fs.readFileSync(reportFile, 'utf8')))
  if (code !== 0 && counted.failed === 0) counted.failed = 1
  return counted
}

try {
  const stages = chooseStages(process.argv.slice(2))
  if (typeof stages === 'string') {
    const names = STAGES.map((stage) => stage.name).join(', ')
    throw new SetupError(`there is no stage ${stages}`, `the stages are ${names}`)
  }
  const { runtime } = await prepare()
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...electronEnvironment(runtime) }
  delete env['ELECTRON_RUN_AS_NODE']
  if (stages.some((stage) => stage.needsScreen)) {
    env['VGG_LAB_CHROMIUM'] = await ensureChromium()
    if (!hasDisplay()) Object.assign(env, (await startVirtualScreen()).environment)
  }
  // What a killed process of the tests leaves in the temporary folder goes with the run.
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'vgg-lab-test-'))
  env['TMPDIR'] = scratch
  process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }))
  /** @type {import('./testing/totals.mjs').Totals[]} */
  const totals = []
  /** @type {string[]} */
  const lines = []
  let isFailed = false
  /**
   * @param {Stage[]} lane
   * @param {boolean} isAlone
   */
  const runLane = async (lane, isAlone) => {
    for (const stage of lane) {
      // The other lane's stage ends what it began; nothing more is begun.
      if (isFailed) return
      if (stage.node && !fs.existsSync(path.join(root, stage.node))) {
        lines.push(`- ${stage.name}: left out, its Node is not made for this system`)
        continue
      }
      console.log(`\n${stage.title}`)
      const beganMs = Date.now()
      const reportFile = path.join(scratch, `${stage.name}.json`)
      const status = await runStage(stage, env, reportFile, isAlone)
      const counted = readTotals(reportFile, status)
      totals.push(counted)
      lines.push(
        `${status === 0 ? '✓' : '✗'} ${stage.name}${stage.project ? `: ${formatTotals(counted)}` : ''}` +
          ` (${formatDuration(Date.now() - beganMs)})`,
      )
      if (status !== 0) isFailed = true
    }
  }
  for (const lanes of planRounds(stages, os.availableParallelism())) {
    await Promise.all(lanes.map((lane) => runLane(lane, lanes.length === 1)))
  }
  console.log(`\n${lines.join('\n')}\n${formatTotals(addTotals(totals))}`)
  process.exit(isFailed ? 1 : 0)
} catch (error) {
  exitWithError(error)
}
