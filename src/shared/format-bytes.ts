/** A size to two digits, in the unit that leaves some before the point: 0.9 MB, 530 MB, 1.1 GB. */
export function formatBytes(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [1e9, 'GB'] : [1e6, 'MB']
  const value = Number((bytes / size).toPrecision(2))
  return `${value.toLocaleString('en-US')} ${unit}`
}
