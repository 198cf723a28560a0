import { spawn } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import type { DoctorReport } from '../../../src/main/cli/doctor'
import { SUPERVISED_VARIABLE } from '../../../src/main/cli/supervised'
import { buildCommandLine } from '../../support/built-command'

/** TensorFlow's own word, where it has obeyed. */
const SAYS_ON = 'oneDNN custom operations are on'

let program = ''
beforeAll(async () => {
  program = await buildCommandLine('onednn')
})

/** Runs `doctor` as its supervisor does, so that what TensorFlow writes can be read. */
function askDoctor(
  variables: Record<string, string>,
): Promise<{ oneDnn: DoctorReport['tensorflow']['oneDnn']; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'doctor', '--json'], {
      env: {
        ...withoutChoice(process.env),
        TF_CPP_MIN_LOG_LEVEL: '0',
        [SUPERVISED_VARIABLE]: '1',
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'pipe'],
    })
    let out = ''
    let log = ''
    child.stdout?.on('data', (text) => (out += String(text)))
    child.stderr?.on('data', (text) => (log += String(text)))
    child.on('error', reject)
    child.on('close', () => {
      resolve({ oneDnn: (JSON.parse(out) as DoctorReport).tensorflow.oneDnn, log })
    })
  })
}

/** An environment in which nobody has chosen, though this process itself may have loaded TensorFlow. */
function withoutChoice(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const chosen = ['TF_ENABLE_ONEDNN_OPTS', 'VGG_LAB_ONEDNN']
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !chosen.includes(name)))
}

test.skipIf(process.arch !== 'x64' || process.platform !== 'linux').each([
  [{}, true],
  [{ VGG_LAB_ONEDNN: 'on' }, true],
  [{ VGG_LAB_ONEDNN: 'on', TF_ENABLE_ONEDNN_OPTS: '0' }, true],
  [{ VGG_LAB_ONEDNN: 'off' }, false],
  [{ TF_ENABLE_ONEDNN_OPTS: '0' }, false],
] as const)('with %o TensorFlow has oneDNN on: %s', async (variables, isOn) => {
  const { oneDnn, log } = await askDoctor(variables)
  expect(oneDnn.inForce).toBe(isOn)
  expect(log.includes(SAYS_ON), log).toBe(isOn)
})
