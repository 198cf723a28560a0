/**
 * Test scales as they are typed, "256, 384": smallest sides in pixels, ascending, each once.
 * @returns null for what is no list of whole numbers
 */
export function parseScales(text: string): readonly number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  const scales = parts.map(Number)
  if (scales.length === 0 || scales.some((scale) => !Number.isInteger(scale) || scale < 1))
    return null
  return [...new Set(scales)].sort((a, b) => a - b)
}
