/** Before this much time the rate is noise: an ETA from it would jump about. */
const MEASURING_MS = 500

/** How fast work goes, and the seconds until its end; null while they can't be told. */
export interface Pace {
  readonly perSecond: number | null
  readonly etaSeconds: number | null
}

/**
 * The pace of work from its beginning.
 * @param total - null while it is not known
 */
export function measurePace(done: number, total: number | null, elapsedMs: number): Pace {
  if (elapsedMs < MEASURING_MS || done === 0) return { perSecond: null, etaSeconds: null }
  const perSecond = (done / elapsedMs) * 1000
  return { perSecond, etaSeconds: total === null ? null : (total - done) / perSecond }
}
