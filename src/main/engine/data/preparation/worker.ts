import { parentPort, workerData } from 'node:worker_threads'
import type { AnyTask, TaskMessage, TaskReply } from './tasks'
import { PreparingWorker } from './preparing-worker'

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
  preparing.release(task.pack)
  return null
}
