/** One turn of the event loop: what is waiting is served before this resolves. */
export function takeTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
