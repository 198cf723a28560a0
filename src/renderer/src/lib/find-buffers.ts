/** All buffers in a message, each once: they can be handed over without a copy. */
export function findBuffers(message: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  const search = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (value instanceof ArrayBuffer) found.add(value)
    else if (ArrayBuffer.isView(value)) search(value.buffer)
    else for (const part of Object.values(value)) search(part)
  }
  search(message)
  return [...found]
}
