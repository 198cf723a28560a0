import { join } from 'node:path'
import { startTraining } from '../../src/main/engine/training'
import type { EpochMetrics, TrainingSettings } from '../../src/shared/spec'
import { describeMachine, formatMachine } from './machine'
import { formatNumber, formatTable, say } from './report'

/** A validation top-1, and the seconds for it. */
interface LearningGoal {
  readonly top1: number
  readonly seconds: number
}

interface LearningRequest {
  readonly dataFolder: string
  /** For the run. */
  readonly scratch: string
  readonly settings: TrainingSettings
  readonly goal: LearningGoal
  readonly isJson: boolean
}

/** Trains until the goal's top-1 is reached, and prints how long that took, everything counted. */
export async function measureLearning(request: LearningRequest): Promise<void> {
  const { dataFolder, scratch, settings, goal, isJson } = request
  const machine = describeMachine()
  const epochs: (EpochMetrics & { readonly since: number })[] = []
  const startMs = performance.now()
  const run = { dataFolder, runFolder: join(scratch, 'run'), name: 'bench', settings }
  const handle = startTraining(run, {
    onNote: say,
    onEpoch: (metrics) => {
      epochs.push({ ...metrics, since: (performance.now() - startMs) / 1000 })
      say(`epoch ${metrics.epoch}: validation top-1 ${(metrics.validation.top1 * 100).toFixed(1)}%`)
      if (metrics.validation.top1 >= goal.top1) handle.stop()
    },
  })
  const { error } = await handle.finished
  if (error !== null) throw new Error(error.message)
  const reached = epochs.find(({ validation }) => validation.top1 >= goal.top1)
  const report = {
    machine,
    goal,
    trainImages: handle.run?.trainImages ?? 0,
    validationImages: handle.run?.validationImages ?? 0,
    reached: reached === undefined ? null : { epoch: reached.epoch, seconds: reached.since },
    epochs: epochs.map(({ epoch, since, train, validation }) => ({
      epoch,
      since,
      train,
      validation,
    })),
  }
  if (isJson) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    return
  }
  const rows = report.epochs.map(({ epoch, since, train, validation }) => [
    String(epoch),
    formatNumber(since),
    `${(train.top1 * 100).toFixed(1)}%`,
    `${(validation.top1 * 100).toFixed(1)}%`,
  ])
  const outcome =
    reached === undefined
      ? `${goal.top1 * 100}% was not reached.`
      : `${goal.top1 * 100}% in epoch ${reached.epoch}, ${formatNumber(reached.since)} s after the start (goal: ${goal.seconds} s).`
  process.stdout.write(
    `${formatMachine(machine)}\n\n${formatTable(['epoch', 'seconds', 'training', 'validation'], rows)}\n\n${outcome}\n`,
  )
}
