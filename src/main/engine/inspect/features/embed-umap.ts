import { Worker } from 'node:worker_threads'
import { LabError } from '../../../../shared/contract'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import type { UmapReply, UmapTask } from './umap-worker'
import workerFile from './umap-worker.ts?worker-file'

const LABEL = 'UMAP'

/**
 * Lays points out by UMAP (McInnes, Healy and Melville 2018) from their neighbours, in a thread of its
 * own, which is ended when the work is cancelled. The same task gives the same points.
 * @returns `[N, 2]`
 * @throws LabError `cancelled`
 */
export function embedUmap(task: UmapTask, work: WorkOptions): Promise<Float32Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: task })
    let meter: ReturnType<typeof createProgressMeter> | null = null
    let done = 0
    const end = (settle: () => void): void => {
      work.signal?.removeEventListener('abort', cancel)
      void worker.terminate()
      settle()
    }
    const cancel = (): void => end(() => reject(new LabError('cancelled', `${LABEL}: cancelled.`)))
    work.signal?.addEventListener('abort', cancel)
    if (work.signal?.aborted) {
      cancel()
      return
    }
    worker.on('message', (reply: UmapReply) => {
      if (work.signal?.aborted) return
      meter ??= createProgressMeter(LABEL, reply.total, work)
      meter.advance(reply.done - done)
      done = reply.done
      const { points } = reply
      if (points !== null) end(() => resolve(points))
    })
    worker.on('error', (error) => end(() => reject(error)))
    worker.on('exit', (code) =>
      end(() => reject(new LabError('internal', `The UMAP thread ended with code ${code}.`))),
    )
  })
}
