import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { DeviceReport, OneDnnReport } from '../../shared/contract'
import { hasOneDnnBfloat16 } from './onednn'

/** The instruction sets that decide how fast TensorFlow is, by their names in /proc/cpuinfo. */
const CPU_FEATURES = [
  'avx',
  'avx2',
  'fma',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'avx_vnni',
  'amx_tile',
  'amx_bf16',
  'amx_int8',
]

/** The instruction sets with bfloat16 products. */
const BFLOAT16_FEATURES = ['avx512_bf16', 'amx_bf16']

/** The first generation of GPUs (Ampere) whose tensor cores take bfloat16. */
const BFLOAT16_COMPUTE_CAPABILITY = 8

const GPU_QUERY_TIMEOUT_MS = 5000

/** The GPU that TensorFlow uses first. */
export interface Gpu {
  readonly name: string
  /** CUDA compute capability such as 8.6; null where the driver's tool does not say. */
  readonly computeCapability: number | null
  /** null where the driver's tool does not say. */
  readonly memoryBytes: number | null
}

/** The processor's name. */
export function nameCpu(): string {
  return cpus()[0]?.model.trim() ?? 'unknown processor'
}

/**
 * How many processors this process may keep busy: those of the machine, less what its affinity
 * (`taskset`) or its control group (a container's `--cpus`) takes away.
 */
export function countUsableProcessors(): number {
  const allowed = /^Cpus_allowed_list:\s*(.*)$/m.exec(readText('/proc/self/status'))?.[1]
  const counts = [
    cpus().length,
    countListed(allowed ?? ''),
    readQuota(readText('/sys/fs/cgroup/cpu.max')),
  ].filter((count): count is number => count !== null)
  return Math.max(1, Math.min(...counts))
}

/** Counts the processors of a kernel's list such as `0-3,8`; null where it says nothing. */
export function countListed(list: string): number | null {
  let count = 0
  for (const [, first, last] of list.matchAll(/(\d+)(?:-(\d+))?/g)) {
    count += last === undefined ? 1 : Number(last) - Number(first) + 1
  }
  return count === 0 ? null : count
}

/** Processors' worth of time in a control group's `cpu.max`: `150000 100000` is 2; null: no limit. */
export function readQuota(text: string): number | null {
  const [quota, period] = text.trim().split(/\s+/).map(Number)
  return quota && period ? Math.ceil(quota / period) : null
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Flags of the processor as Linux lists them; empty on other systems. */
export function readCpuFlags(): ReadonlySet<string> {
  const line = /^flags\s*:(.*)$/m.exec(readText('/proc/cpuinfo'))
  return new Set(line?.[1]?.trim().split(/\s+/))
}

/** Those of the flags that matter here. */
export function listCpuFeatures(flags: ReadonlySet<string>): string[] {
  return CPU_FEATURES.filter((feature) => flags.has(feature))
}

/** Asks NVIDIA's own tool, which comes with every driver. */
export function readGpu(): Gpu {
  try {
    const query = ['--query-gpu=name,compute_cap,memory.total', '--format=csv,noheader,nounits']
    const output = execFileSync('nvidia-smi', query, {
      encoding: 'utf8',
      timeout: GPU_QUERY_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return parseGpu(output)
  } catch {
    return { name: 'NVIDIA GPU', computeCapability: null, memoryBytes: null }
  }
}

/** Reads the first line of nvidia-smi's answer: `NVIDIA H100 80GB HBM3, 9.0, 81559` (MiB). */
export function parseGpu(output: string): Gpu {
  const [name = 'NVIDIA GPU', capability = '', memory = ''] = (output.split('\n')[0] ?? '').split(
    /,\s*/,
  )
  const mebibytes = readNumber(memory)
  return {
    name: name.trim(),
    computeCapability: readNumber(capability),
    memoryBytes: mebibytes === null ? null : mebibytes * 2 ** 20,
  }
}

function readNumber(text: string): number | null {
  const number = Number.parseFloat(text)
  return Number.isFinite(number) ? number : null
}

/** Whether bfloat16 pays here: elsewhere it is emulated, at seconds a picture. */
export function judgeBfloat16(
  flags: ReadonlySet<string>,
  gpu: Gpu | null,
  oneDnn: OneDnnReport,
): DeviceReport['bfloat16'] {
  if (gpu !== null) {
    const { name, computeCapability } = gpu
    if (computeCapability === null) {
      return { supported: false, reason: `${name}, compute capability unknown` }
    }
    const supported = computeCapability >= BFLOAT16_COMPUTE_CAPABILITY
    const verdict = supported ? 'with bfloat16 tensor cores' : 'without bfloat16 tensor cores'
    return { supported, reason: `${name}, compute capability ${computeCapability}, ${verdict}` }
  }
  const found = BFLOAT16_FEATURES.find((feature) => flags.has(feature))
  if (found !== undefined) {
    if (hasOneDnnBfloat16(oneDnn)) return { supported: true, reason: `a CPU with ${found}` }
    const how = oneDnn.inForce === false ? 'off' : `limited to ${oneDnn.instructionSet ?? 'less'}`
    return { supported: false, reason: `a CPU with ${found}, but oneDNN ${how}` }
  }
  return { supported: false, reason: `a CPU without ${BFLOAT16_FEATURES.join(' or ')}` }
}
