import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { compileNetwork } from '../../src/main/engine/network'
import type { LabelledBatch } from '../../src/main/engine/tensors/batches'
import { toErrorInfo } from '../../src/shared/contract'

/*
 * A process of its own that asks for more memory than there is, since it may end by that. It is bounded in
 * its address space, then makes calls whose first tensor alone, of 2.1 GB, does not fit.
 *
 * Argument: `guarded`, or `unguarded` for calls that are made whatever the estimate says. The last line
 * of its output is what became of them, in JSON.
 */

const ROOM = 1000 * 2 ** 20
const MANY = 4096
const SETTINGS = {
  learningRate: 0.001,
  momentum: 0.9,
  weightDecay: 0,
  dropout: 0.5,
  seed: 0,
  step: 1,
}

/** Bounds the address space of this process at what it has and so much more. */
function limitMemory(room: number): void {
  const held = Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  const limit = String(held * 1024 + room)
  execFileSync('prlimit', ['--pid', String(process.pid), `--as=${limit}:unlimited`])
}

function makeBatch(count: number): LabelledBatch {
  const pixels = new Uint8Array(count * 64 * 64 * 3).fill(100)
  return { count, pixels, labels: new Int32Array(count) }
}

/** What a call gives, or its error. */
function attempt(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return toErrorInfo(error)
  }
}

async function main(): Promise<void> {
  const isGuarded = process.argv[2] === 'guarded'
  const edit = {
    name: 'small',
    kernels: [[3], [3], [3, 3], [3, 3], [3, 3]],
    fullyConnectedUnits: [64, 64] as const,
  }
  const network = await compileNetwork({
    spec: { configuration: 'A', inputSize: 64, classes: 3, width: 0.5, edit },
    precision: 'float32',
    trainable: true,
    ...(!isGuarded && { readMemory: () => ({ totalBytes: Infinity, availableBytes: Infinity }) }),
  })
  network.initialise('glorot', 1)
  const [few, many] = [makeBatch(4), makeBatch(MANY)]
  // Small calls first, so that the bounded ones find the graph warm.
  network.train(few, SETTINGS)
  network.evaluate(few)
  limitMemory(ROOM)
  const trained = attempt(() => network.train(many, SETTINGS))
  const evaluated = attempt(() => network.evaluate(many))
  const after = attempt(() => network.train(few, SETTINGS))
  process.stdout.write(`\n${JSON.stringify({ trained, evaluated, after })}\n`)
}

void main()
