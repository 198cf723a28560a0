const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A whole number with thousands separators: 138,357,544. */
export function formatCount(value: number): string {
  return WHOLE.format(value)
}

/** A count in the largest unit that leaves a digit before the point: 138.36 M, 15.35 G. */
export function formatLarge(value: number): string {
  const units = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const
  for (const [size, unit] of units) {
    if (Math.abs(value) >= size) return `${(value / size).toFixed(2)} ${unit}`
  }
  return WHOLE.format(value)
}

/** "4.13 GB", "512 B". */
export function formatBytes(bytes: number): string {
  const text = formatLarge(bytes)
  return /[a-z]$/i.test(text) ? `${text}B` : `${text} B`
}

/** A share 0..1 as a percentage; what is not zero is never told as 0%. */
export function formatShare(share: number, digits = 1): string {
  const percent = share * 100
  const smallest = 10 ** -digits
  if (percent > 0 && percent < smallest) return `<${smallest.toFixed(digits)}%`
  return `${percent.toFixed(digits)}%`
}

/** A raw activation: six significant digits, shorter where nothing is lost. */
export function formatActivation(value: number): string {
  if (Number.isNaN(value)) return 'no value'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return value.toExponential(4)
  return String(Number(value.toPrecision(6)))
}

/** A number in words with a minus sign, which is as wide as a plus, for its hyphens. */
export function withMinus(number: string): string {
  return number.replaceAll('-', '−')
}

/** What is shown of a unit: its raw activation, or one that is not exact as approximate, "≈ 1.23". */
export function formatTold({ value, isExact }: { value: number; isExact: boolean }): string {
  return isExact ? formatActivation(value) : `≈ ${formatShort(value)}`
}

/** An activation in few letters, for legends and captions. */
export function formatShort(value: number): string {
  if (value === 0 || Number.isNaN(value)) return '0'
  const size = Math.abs(value)
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1)
  return String(Number(value.toPrecision(3)))
}

/** "1 image", "2 images". */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
