import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type as osType } from 'node:os'

/** What a timing depends on, to stand at the head of every report. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** Of the vector and matrix extensions that decide over speed, those that the CPU has. */
  readonly features: readonly string[]
  readonly memoryBytes: number
  readonly system: string
  readonly node: string
  readonly date: string
  /** Mean number of processes that wanted a core in the minute before: not zero means company. */
  readonly loadBefore: number
}

const FEATURES = ['avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16']

export function describeMachine(): Machine {
  let info = ''
  try {
    info = readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    // No /proc: the model's name alone must do.
  }
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(info)?.[1]?.split(' ') ?? [])
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    features: FEATURES.filter((feature) => flags.has(feature)),
    memoryBytes: totalmem(),
    system: `${osType()} ${release()}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

export function formatMachine(machine: Machine): string {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores (${machine.features.join(' ') || 'features unknown'}), ` +
      `${(machine.memoryBytes / 1e9).toFixed(0)} GB, ${machine.system}, Node ${machine.node}, ${machine.date}`,
  ]
  if (machine.loadBefore > 0.3) {
    lines.push(
      `The machine was not quiet: load ${machine.loadBefore} in the minute before; trust the ratios more than the times.`,
    )
  }
  return lines.join('\n')
}
