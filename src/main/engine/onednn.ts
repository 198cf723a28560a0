import type { OneDnnReport } from '../../shared/contract'
import type { OneDnnChoice } from '../../shared/spec'

/** What oneDNN is decided from. */
export interface OneDnnSurroundings {
  readonly choice: OneDnnChoice
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly arch: string
  /** Flags of the processor as Linux lists them. */
  readonly flags: ReadonlySet<string>
}

/** TensorFlow reads it when it is loaded. */
export const ONE_DNN_VARIABLE = 'TF_ENABLE_ONEDNN_OPTS'
const LIMIT_VARIABLE = 'ONEDNN_MAX_CPU_ISA'

/** oneDNN's names of instruction sets, as its variable takes them, and the flags that each needs. */
const INSTRUCTION_SETS = [
  ['SSE41', ['sse4_1']],
  ['AVX', ['avx']],
  ['AVX2', ['avx2']],
  ['AVX2_VNNI', ['avx_vnni']],
  ['AVX2_VNNI_2', ['avx_vnni', 'avx_ne_convert']],
  ['AVX512_CORE', ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq']],
  ['AVX512_CORE_VNNI', ['avx512_vnni']],
  ['AVX512_CORE_BF16', ['avx512_bf16']],
  ['AVX512_CORE_FP16', ['avx512_fp16']],
  ['AVX512_CORE_AMX', ['amx_tile', 'amx_bf16']],
] as const

const rank = (name: string): number => INSTRUCTION_SETS.findIndex(([known]) => known === name)

/**
 * Whether TensorFlow computes with oneDNN. Left alone it does so only on processors with AVX512_VNNI,
 * AVX512_BF16, AMX or AVX_VNNI; `npm run bench -- onednn` measured that it is faster on the others too.
 */
export function decideOneDnn({
  choice,
  environment,
  platform,
  arch,
  flags,
}: OneDnnSurroundings): OneDnnReport {
  const instructionSet = findInstructionSet(flags, environment[LIMIT_VARIABLE])
  const asked = readSwitch(environment[ONE_DNN_VARIABLE])
  const isKnown = platform === 'linux' && arch === 'x64'
  if (choice !== 'auto') {
    const isOn = choice === 'on'
    return { inForce: isOn, instructionSet, reason: `switched ${choice} in the lab's settings` }
  }
  if (asked !== null) {
    const reason = `${ONE_DNN_VARIABLE}=${environment[ONE_DNN_VARIABLE] ?? ''} in the environment`
    return { inForce: asked, instructionSet, reason }
  }
  if (isKnown) {
    return { inForce: true, instructionSet, reason: 'the faster choice on x64 processors' }
  }
  return { inForce: null, instructionSet, reason: `left to TensorFlow on ${platform} ${arch}` }
}

/** Whether oneDNN may use the bfloat16 products that the processor has. */
export function hasOneDnnBfloat16({ inForce, instructionSet }: OneDnnReport): boolean {
  if (inForce === false) return false
  return instructionSet === null || rank(instructionSet) >= rank('AVX512_CORE_BF16')
}

/** TensorFlow's own reading of a switch; null where it is not set, or is none. */
function readSwitch(text: string | undefined): boolean | null {
  if (text === undefined) return null
  if (/^(?:1|true)$/i.test(text)) return true
  return /^(?:0|false)$/i.test(text) ? false : null
}

/** The richest instruction set that the processor has and the user's limit leaves; null: not known. */
function findInstructionSet(flags: ReadonlySet<string>, limit: string | undefined): string | null {
  const wanted = limit?.toUpperCase() ?? ''
  const highest = rank(wanted) === -1 ? INSTRUCTION_SETS.length : rank(wanted)
  const [name = null] =
    [...INSTRUCTION_SETS]
      .reverse()
      .find(
        ([known, needed]) => rank(known) <= highest && needed.every((flag) => flags.has(flag)),
      ) ?? []
  return name
}
