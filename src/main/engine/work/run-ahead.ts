/**
 * Makes items ahead of the consumer, in order; leaving the iterator ends it.
 * @param count - items in all
 * @param ahead - items in the making while the consumer works on one
 * @param onWaited - takes the milliseconds that the consumer waited for an item
 * @throws what `make` rejects with, when the item's turn comes
 */
export async function* runAhead<T>(
  count: number,
  ahead: number,
  make: (index: number) => Promise<T>,
  onWaited: (ms: number) => void,
): AsyncGenerator<T, void, undefined> {
  let next = 0
  const making: Promise<T>[] = []
  const begin = (): void => {
    while (next < count && making.length < ahead) {
      const item = make(next++)
      item.catch(() => undefined)
      making.push(item)
    }
  }
  let called = performance.now()
  for (;;) {
    begin()
    const item = making.shift()
    if (item === undefined) return
    const made = await item
    // The next one is begun before this one is worked on.
    begin()
    onWaited(performance.now() - called)
    yield made
    called = performance.now()
  }
}
