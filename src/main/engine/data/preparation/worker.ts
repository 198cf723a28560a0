import { resolve } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { checkFile } from '../scan/check-file'
import type { AnyTask, CheckTask, TaskMessage, TaskReply, Tasks } from './tasks'
import { PreparingWorker } from './preparing-worker'
import { makeViews } from './make-views'

/* The script of a worker thread: one task after the other, each answered. */

const { number } = workerData as { number: number }
const preparing = new PreparingWorker(number)

parentPort?.on('message', ({ id, task }: TaskMessage) => {
  let reply: TaskReply
  const transfer: ArrayBuffer[] = []
  try {
    reply = { id, outcome: work(task, transfer) }
  } catch (fault) {
    reply = { id, fault }
  }
  parentPort?.postMessage(reply, transfer)
})

function work(task: AnyTask, transfer: ArrayBuffer[]): unknown {
  if (task.kind === 'fill') return preparing.fill(task)
  if (task.kind === 'batch') {
    const outcome = preparing.makeBatch(task)
    transfer.push(outcome.pixels.buffer)
    return outcome
  }
  if (task.kind === 'check') return checkAll(task)
  if (task.kind === 'view') {
    const outcome = makeViews(task)
    if (typeof outcome !== 'string') transfer.push(outcome.pixels.buffer)
    return outcome
  }
  preparing.release(task.pack)
  return null
}

function checkAll({ folder, files }: CheckTask): Tasks['check']['outcome'] {
  const bytes = new Float64Array(files.length)
  const modifiedMs = new Float64Array(files.length)
  const reasons = new Map<number, string>()
  files.forEach((file, at) => {
    const checked = checkFile(resolve(folder, file))
    if (typeof checked === 'string') {
      reasons.set(at, checked)
    } else {
      bytes[at] = checked.bytes
      modifiedMs[at] = checked.modifiedMs
    }
  })
  return { bytes, modifiedMs, reasons }
}
