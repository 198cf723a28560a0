import { readFileSync } from 'node:fs'
import { freemem, platform, totalmem } from 'node:os'
import type { MemoryReport } from '../../shared/contract'
import { reportDevice } from './tensorflow'

/**
 * The memory that a session call may take: of the GPU where one computes, else of the machine, of this
 * process' control group or of its address space, whichever is least. What this process holds already
 * counts as free, since the estimates are of whole processes.
 */
export function readMemory(): MemoryReport {
  const { gpuMemoryBytes } = reportDevice()
  if (gpuMemoryBytes !== null) return { totalBytes: gpuMemoryBytes, availableBytes: gpuMemoryBytes }
  const machine = readMachine(readText('/proc/meminfo'))
  const group = readGroup(
    readText('/sys/fs/cgroup/memory.max') ||
      readText('/sys/fs/cgroup/memory/memory.limit_in_bytes'),
    readText('/sys/fs/cgroup/memory.current') ||
      readText('/sys/fs/cgroup/memory/memory.usage_in_bytes'),
    readText('/sys/fs/cgroup/memory.stat') || readText('/sys/fs/cgroup/memory/memory.stat'),
  )
  const space = readAddressSpace(readText('/proc/self/limits'), readText('/proc/self/status'))
  const available = Math.min(machine, group?.availableBytes ?? Infinity, space)
  return {
    totalBytes: Math.min(totalmem(), group?.totalBytes ?? Infinity),
    availableBytes: available + process.memoryUsage.rss(),
  }
}

/** Bytes that Linux says can be had without swapping; what is free, elsewhere. */
export function readMachine(meminfo: string): number {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1]
  if (kibibytes !== undefined) return Number(kibibytes) * 1024
  // macOS keeps next to nothing free and gives up its caches on demand; how much is not reported.
  return platform() === 'darwin' ? totalmem() : freemem()
}

/**
 * A control group's limit and what it leaves; null where there is none.
 * @param stat - what the usage consists of: pages of files are given up when memory is needed
 */
export function readGroup(limit: string, usage: string, stat = ''): MemoryReport | null {
  const totalBytes = Number(limit.trim() || NaN)
  // No limit is "max", or in the first version a number beyond any machine.
  if (!Number.isFinite(totalBytes) || totalBytes >= 2 ** 60) return null
  const pages = [...stat.matchAll(/^(?:in)?active_file (\d+)$/gm)]
  const cached = pages.reduce((sum, [, bytes]) => sum + Number(bytes), 0)
  const used = Math.max(0, Number(usage.trim() || 0) - cached)
  return { totalBytes, availableBytes: Math.max(0, totalBytes - used) }
}

/** What is mapped is more than what is used: allocators take regions that double, threads reserve theirs. */
const USED_SHARE_OF_MAPPED = 0.5

/** Bytes that this process may still use where its address space is bounded (`ulimit -v`); else Infinity. */
export function readAddressSpace(limits: string, status: string): number {
  const limit = /^Max address space\s+(\d+)/m.exec(limits)?.[1]
  const kibibytes = /^VmSize:\s+(\d+) kB$/m.exec(status)?.[1]
  if (limit === undefined || kibibytes === undefined) return Infinity
  return Math.max(0, Number(limit) - Number(kibibytes) * 1024) * USED_SHARE_OF_MAPPED
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
