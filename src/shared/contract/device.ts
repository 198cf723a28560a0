import { z } from 'zod'
import { absolutePath, nothing } from './args'
import { defineEngineCalls, resultOf } from './call-table'
import type { OneDnnReport } from './one-dnn'

/** What the engine runs on. */
export interface DeviceReport {
  readonly device: 'cpu' | 'gpu'
  /** Processor or GPU by name. */
  readonly deviceName: string
  readonly tensorflowVersion: string
  readonly tfjsVersion: string
  /** Threads that TensorFlow computes with. */
  readonly threads: number
  /** Threads that read and prepare pictures. */
  readonly workers: number
  readonly oneDnn: OneDnnReport
  readonly cpuFeatures: readonly string[]
  /** Memory of the GPU, in bytes; null without one, or where its driver does not say. */
  readonly gpuMemoryBytes: number | null
  readonly bfloat16: { readonly supported: boolean; readonly reason: string }
}

/** Memory for training, in bytes. */
export interface MemoryReport {
  readonly totalBytes: number
  /** What can be had now, with what the engine holds already. */
  readonly availableBytes: number
}

/** Space on the disk that a folder is on, in bytes. */
export interface DiskReport {
  readonly availableBytes: number
}

export const DEVICE_CALLS = defineEngineCalls('its device', {
  'device.report': {
    args: nothing,
    result: resultOf<DeviceReport>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  'device.memory': {
    args: nothing,
    result: resultOf<MemoryReport>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  /** Of a folder that is there, or will be made. */
  'device.disk': {
    args: z.strictObject({ folder: absolutePath }),
    result: resultOf<DiskReport>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
})
