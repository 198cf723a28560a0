import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import type { MemoryReport } from '../../shared/contract'
import { reportDevice } from './tensorflow'

/**
 * The memory that a training may take: of the GPU where one computes, else of the machine or of this
 * process' control group, whichever is less. What this process holds already counts as free, since the
 * estimates are of whole processes.
 */
export function readMemory(): MemoryReport {
  const { gpuMemoryBytes } = reportDevice()
  if (gpuMemoryBytes !== null) return { totalBytes: gpuMemoryBytes, availableBytes: gpuMemoryBytes }
  const own = process.memoryUsage().rss
  const machine = readMachine(readText('/proc/meminfo'))
  const group = readGroup(
    readText('/sys/fs/cgroup/memory.max') ||
      readText('/sys/fs/cgroup/memory/memory.limit_in_bytes'),
    readText('/sys/fs/cgroup/memory.current') ||
      readText('/sys/fs/cgroup/memory/memory.usage_in_bytes'),
  )
  const available = Math.min(machine, group?.availableBytes ?? Infinity)
  return {
    totalBytes: Math.min(totalmem(), group?.totalBytes ?? Infinity),
    availableBytes: available + own,
  }
}

/** Bytes that Linux says can be had without swapping; what is free, elsewhere. */
export function readMachine(meminfo: string): number {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1]
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024
}

/** A control group's limit and what it leaves; null where there is none. */
export function readGroup(limit: string, usage: string): MemoryReport | null {
  const totalBytes = Number(limit.trim() || NaN)
  // No limit is "max", or in the first version a number beyond any machine.
  if (!Number.isFinite(totalBytes) || totalBytes >= 2 ** 60) return null
  const used = Number(usage.trim() || 0)
  return { totalBytes, availableBytes: Math.max(0, totalBytes - used) }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
