/** The smallest side S of section 3.1: one number, or a range that it is drawn from. */
export interface ScaleRange {
  readonly min: number
  readonly max: number
}

/** "256", or "256-512" where S is drawn from a range. */
export function formatScale(scale: ScaleRange): string {
  return scale.min === scale.max ? String(scale.min) : `${scale.min}-${scale.max}`
}

/** Reads "256" or "256-512"; numbers that are not there come back as NaN, for the check to tell. */
export function parseScale(text: string): ScaleRange {
  const parts = text.trim().split(/\s*[-–]\s*/)
  const [min, max] = parts.map((part) => (part === '' ? NaN : Number(part)))
  if (parts.length > 2 || min === undefined) return { min: NaN, max: NaN }
  return { min, max: max ?? min }
}
