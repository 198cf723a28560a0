import { describe, expect, it } from 'vitest'
import { judgeBfloat16, listCpuFeatures, parseGpu } from '../../../src/main/engine/hardware'

describe('bfloat16', () => {
  it('is there on a CPU that has it in its instruction set', () => {
    const flags = new Set(['fpu', 'avx2', 'avx512_bf16'])
    expect(judgeBfloat16(flags, null)).toEqual({
      supported: true,
      reason: 'a CPU with avx512_bf16',
    })
    expect(listCpuFeatures(flags)).toEqual(['avx2', 'avx512_bf16'])
    expect(judgeBfloat16(new Set(['avx2', 'avx512f']), null)).toEqual({
      supported: false,
      reason: 'a CPU without avx512_bf16 or amx_bf16',
    })
  })

  it('is there on a GPU from Ampere on', () => {
    const none = new Set<string>()
    expect(judgeBfloat16(none, parseGpu('NVIDIA H100 80GB HBM3, 9.0, 81559\n'))).toEqual({
      supported: true,
      reason: 'NVIDIA H100 80GB HBM3, compute capability 9, with bfloat16 tensor cores',
    })
    expect(judgeBfloat16(none, parseGpu('Tesla T4, 7.5, 15360\n')).supported).toBe(false)
    expect(judgeBfloat16(none, parseGpu('')).supported).toBe(false)
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
