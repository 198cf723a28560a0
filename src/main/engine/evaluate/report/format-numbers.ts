import type { Interval } from '../../../../shared/evaluation/bootstrap'

const NONE = '–'

/** 138357544 as 138,357,544. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
}

/** 0.9731 as 97.3%; null as a dash. */
export function formatShare(value: number | null): string {
  return value === null ? NONE : `${(value * 100).toFixed(1)}%`
}

/** Three decimals; null as a dash. */
export function formatDecimal(value: number | null): string {
  return value === null ? NONE : value.toFixed(3)
}

/** "95% interval 88.0% to 93.9%" */
export function formatInterval(
  { low, high }: Interval,
  format: (value: number) => string = formatShare,
): string {
  return `95% interval ${format(low)} to ${format(high)}`
}

/** "1 picture", "2 pictures" */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}
