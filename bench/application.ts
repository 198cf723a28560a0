import { parseArgs } from 'node:util'
import type { ApplicationFacts, ApplicationQuestion } from './application-worker'
import type { CallAnswer, EngineQuestion } from './engine-worker'
import { interleave, type Side } from './harness/interleave'
import { describeMachine, formatMachine } from './harness/machine'
import { formatGigabytes, formatNumber, formatTable, say } from './harness/report'
import { makeScratchFolder, writeSample } from './harness/sample-folder'
import { compareRounds, summarise } from './harness/statistics'
import { BenchWorker } from './harness/worker'

const INPUT_SIZE = 224

export const APPLICATION_HELP = `bench application [--batch 32] [--rounds 2] [--steps 2] [--micro-batch N] [--data <folder>] [--quick] [--json]
  Training VGG-16 (D) at 224 through the training loop, with pictures from the disk, metrics and a run
  folder, compared with the bare engine's step on the same batch, whole and in the run's micro-batches.
  --micro-batch  pictures of a call of the run; left out, measured as in the window
  --quick  batch 4, one round of one step`

/** `bench application`: what the application costs on top of the engine. */
export async function benchApplication(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      batch: { type: 'string' },
      rounds: { type: 'string' },
      steps: { type: 'string' },
      'micro-batch': { type: 'string' },
      data: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const batch = Number(options.batch ?? (options.quick ? 4 : 32))
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 2))
  const steps = Number(options.steps ?? (options.quick ? 1 : 2))
  const machine = describeMachine()
  // An epoch must not end while it is timed: its checkpoint of D would be half a gigabyte.
  const perClass = Math.ceil((batch * ((steps + 1) * rounds + 6)) / 6 / 0.8)
  say('Preparing the pictures')
  const dataFolder = options.data ?? (await writeSample(makeScratchFolder(), perClass, 320))

  const start = (name: string, kind: string) =>
    new BenchWorker(name, process.execPath, [process.argv[1] ?? '', 'worker', kind])
  const application = start('application', 'application')
  const workers = [application]
  try {
    say('Starting the run')
    const facts = await application.ask<ApplicationFacts>({
      do: 'prepare',
      dataFolder,
      batch,
      microBatch: Number(options['micro-batch'] ?? 0),
      inputSize: INPUT_SIZE,
    } satisfies ApplicationQuestion)
    const bare = start('bare engine', 'engine')
    workers.push(bare)
    await bare.ask({
      do: 'prepare',
      kind: 'train',
      batch,
      precision: 'float32',
      classes: facts.classes,
      seed: 1,
    } satisfies EngineQuestion)
    const askBare = async (microBatch?: number) => {
      const call = { do: 'call' as const, count: batch, ...(microBatch && { microBatch }) }
      return (await bare.ask<CallAnswer>(call satisfies EngineQuestion)).ms
    }
    const sides: Side[] = [
      {
        name: `application, micro-batches of ${facts.microBatch}`,
        // Its run has taken steps already.
        warm: () => Promise.resolve(),
        measure: async () => {
          const question: ApplicationQuestion = { do: 'call', steps }
          return (await application.ask<{ ms: number }>(question)).ms
        },
      },
      {
        name: `bare engine, micro-batches of ${facts.microBatch}`,
        warm: () => askBare(facts.microBatch),
        measure: () => askBare(facts.microBatch),
      },
      {
        name: 'bare engine, whole batch',
        warm: () => askBare(),
        measure: () => askBare(),
      },
    ]
    const timings = await interleave(sides, { min: rounds, max: rounds, budgetMs: 0 }, (round) =>
      say(`round ${round} of ${rounds}`),
    )
    const peaks = [application, bare].map((worker) => worker.memory()?.peakBytes ?? null)
    if (options.json) {
      const named = sides.map(({ name }, index) => ({ name, timingsMs: timings[index] }))
      process.stdout.write(`${JSON.stringify({ machine, batch, sides: named, peaks }, null, 2)}\n`)
      return
    }
    const [own = []] = timings
    const rows = sides.map(({ name }, index) => {
      const timed = timings[index] ?? []
      const { median, min } = summarise(timed)
      const slower =
        index === 0 ? '' : `${((1 / compareRounds(own, timed).median - 1) * 100).toFixed(1)}%`
      return [
        name,
        formatNumber(median),
        formatNumber(min),
        formatNumber((batch / median) * 1000),
        slower,
      ]
    })
    process.stdout.write(
      `Training VGG-16 (D) at 224, batch ${batch}: the application compared with the bare engine\n${formatMachine(machine)}\n\n` +
        `${formatTable(['', 'step, median ms', 'min', 'images/s', 'application slower by'], rows)}\n\n` +
        `Goal: at most 5% slower than the bare engine. Peak memory: application ${formatGigabytes(peaks[0] ?? null)} GB, bare engine ${formatGigabytes(peaks[1] ?? null)} GB.\n`,
    )
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
  }
}
