/** Resolves when the condition holds; looks every few milliseconds. */
export async function until(condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  const startMs = performance.now()
  while (!condition()) {
    if (performance.now() - startMs > timeoutMs) {
      throw new Error(`Expected ${condition.toString()} within ${timeoutMs} ms.`)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
