import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  countListed,
  countUsableProcessors,
  judgeBfloat16,
  listCpuFeatures,
  parseGpu,
  readQuota,
} from '../../../src/main/engine/hardware'

describe('bfloat16', () => {
  const oneDnn = { inForce: true, instructionSet: 'AVX512_CORE_AMX', reason: '' }

  it('is there on a CPU that has it in its instruction set', () => {
    const flags = new Set(['fpu', 'avx2', 'avx512_bf16'])
    expect(judgeBfloat16(flags, null, oneDnn)).toEqual({
      supported: true,
      reason: 'a CPU with avx512_bf16',
    })
    expect(listCpuFeatures(flags)).toEqual(['avx2', 'avx512_bf16'])
    expect(judgeBfloat16(new Set(['avx2', 'avx512f']), null, oneDnn)).toEqual({
      supported: false,
      reason: 'a CPU without avx512_bf16 or amx_bf16',
    })
  })

  it('is not there where oneDNN may not use it: TensorFlow has no such products of its own', () => {
    const flags = new Set(['avx2', 'avx512_bf16'])
    const off = { ...oneDnn, inForce: false }
    expect(judgeBfloat16(flags, null, off).reason).toBe('a CPU with avx512_bf16, but oneDNN off')
    const held = { ...oneDnn, instructionSet: 'AVX2' }
    expect(judgeBfloat16(flags, null, held)).toEqual({
      supported: false,
      reason: 'a CPU with avx512_bf16, but oneDNN limited to AVX2',
    })
  })

  it('is there on a GPU from Ampere on', () => {
    const none = new Set<string>()
    expect(judgeBfloat16(none, parseGpu('NVIDIA H100 80GB HBM3, 9.0, 81559\n'), oneDnn)).toEqual({
      supported: true,
      reason: 'NVIDIA H100 80GB HBM3, compute capability 9, with bfloat16 tensor cores',
    })
    expect(judgeBfloat16(none, parseGpu('Tesla T4, 7.5, 15360\n'), oneDnn).supported).toBe(false)
    expect(judgeBfloat16(none, parseGpu(''), oneDnn).supported).toBe(false)
  })

  it('reads the memory of a GPU, where the driver tells it', () => {
    expect(parseGpu('Tesla T4, 7.5, 15360\n').memoryBytes).toBe(15360 * 2 ** 20)
    expect(parseGpu('GRID, [N/A], [N/A]\n')).toEqual({
      name: 'GRID',
      computeCapability: null,
      memoryBytes: null,
    })
  })
})

describe('processors that may be kept busy', () => {
  it("are counted from the kernel's list", () => {
    expect(countListed('0-3,8')).toBe(5)
    expect(countListed('7')).toBe(1)
    expect(countListed('')).toBeNull()
  })

  it('are fewer under a quota of a control group', () => {
    expect(readQuota('150000 100000\n')).toBe(2)
    expect(readQuota('50000 100000\n')).toBe(1)
    expect(readQuota('max 100000\n')).toBeNull()
    expect(readQuota('')).toBeNull()
  })

  it('follow the affinity of the process', () => {
    const count = countUsableProcessors()
    expect(count).toBeGreaterThanOrEqual(1)
    const code = "process.stdout.write(require('fs').readFileSync('/proc/self/status', 'utf8'))"
    const status = execFileSync('taskset', ['-c', '0', process.execPath, '-e', code], {
      encoding: 'utf8',
    })
    expect(countListed(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '')).toBe(1)
  })
})
