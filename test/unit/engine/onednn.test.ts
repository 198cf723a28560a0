import { describe, expect, it } from 'vitest'
import { decideOneDnn, type OneDnnSurroundings } from '../../../src/main/engine/onednn'

/** A processor on which TensorFlow leaves oneDNN off by itself. */
const OLD: OneDnnSurroundings = {
  choice: 'auto',
  environment: {},
  platform: 'linux',
  arch: 'x64',
  flags: new Set(['sse4_1', 'avx', 'avx2', 'fma']),
}
const NEW_FLAGS = new Set(
  'sse4_1 avx avx2 avx512f avx512bw avx512vl avx512dq avx512_vnni avx512_bf16'.split(' '),
)

describe('oneDNN', () => {
  it('is on for every x64 processor under Linux', () => {
    expect(decideOneDnn(OLD)).toEqual({
      inForce: true,
      instructionSet: 'AVX2',
      reason: 'the faster choice on x64 processors',
    })
  })

  it('is as the settings say, before all else', () => {
    const environment = { TF_ENABLE_ONEDNN_OPTS: '1' }
    expect(decideOneDnn({ ...OLD, choice: 'off', environment })).toMatchObject({
      inForce: false,
      reason: "switched off in the lab's settings",
    })
    expect(decideOneDnn({ ...OLD, choice: 'on', arch: 'arm64' }).inForce).toBe(true)
  })

  it.each([
    ['0', false],
    ['False', false],
    ['1', true],
    ['true', true],
  ])('is as TF_ENABLE_ONEDNN_OPTS=%s says, where the settings leave it', (text, isOn) => {
    expect(decideOneDnn({ ...OLD, environment: { TF_ENABLE_ONEDNN_OPTS: text } })).toMatchObject({
      inForce: isOn,
      reason: `TF_ENABLE_ONEDNN_OPTS=${text} in the environment`,
    })
  })

  it('is left to TensorFlow elsewhere', () => {
    expect(decideOneDnn({ ...OLD, platform: 'darwin', arch: 'arm64' }).inForce).toBeNull()
  })

  it('tells the instruction set of the processor, or the one that it is held to', () => {
    const within = (ONEDNN_MAX_CPU_ISA?: string) =>
      decideOneDnn({ ...OLD, flags: NEW_FLAGS, environment: { ONEDNN_MAX_CPU_ISA } }).instructionSet
    expect(within()).toBe('AVX512_CORE_BF16')
    expect(within('avx2')).toBe('AVX2')
    expect(within('AVX512_CORE_AMX')).toBe('AVX512_CORE_BF16')
    expect(within('DEFAULT')).toBe('AVX512_CORE_BF16')
    expect(decideOneDnn({ ...OLD, flags: new Set() }).instructionSet).toBeNull()
  })
})
