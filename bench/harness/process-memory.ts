import { readFileSync } from 'node:fs'

/** Resident memory of a process, in bytes. */
export interface ProcessMemory {
  readonly residentBytes: number
  /** The most that was resident at once since the process began (VmHWM). */
  readonly peakBytes: number
}

/** What the kernel says of a process's memory; null where there is no /proc, or no such process. */
export function readProcessMemory(pid: number): ProcessMemory | null {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return null
  }
  const read = (field: string) => {
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  }
  const residentBytes = read('VmRSS')
  const peakBytes = read('VmHWM')
  return residentBytes === null || peakBytes === null ? null : { residentBytes, peakBytes }
}
