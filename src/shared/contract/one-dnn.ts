/** Whether TensorFlow computes on the processor with oneDNN, Intel's library, or with its own kernels. */
export interface OneDnnReport {
  /** null where it is left to TensorFlow, which does not tell. */
  readonly inForce: boolean | null
  /** The richest that oneDNN may use, by its own name, such as `AVX512_CORE_AMX`; null: not known. */
  readonly instructionSet: string | null
  /** Why so, in words. */
  readonly reason: string
}

/** In a line: "on, up to AVX512_CORE_AMX: the faster choice on x64 processors". */
export function describeOneDnn({ inForce, instructionSet, reason }: OneDnnReport): string {
  if (inForce === null) return `unknown: ${reason}`
  if (!inForce) return `off: ${reason}`
  return `on${instructionSet === null ? '' : `, up to ${instructionSet}`}: ${reason}`
}
