/** A span of time in its two largest units: 42 s, 3 min 5 s, 2 h 10 min, 3 d 4 h. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return 'unknown'
  if (seconds < 10 && seconds > 0) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first === -1) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** Time left, rounded so that it does not flicker; "measuring" while it is not known. */
export function formatEta(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return 'measuring'
  if (seconds < 5) return 'a few seconds'
  const grain = seconds < 60 ? 5 : seconds < 600 ? 10 : 60
  return formatDuration(Math.max(grain, Math.round(seconds / grain) * grain))
}

/** Pictures a second: three significant digits below 100, whole numbers above. */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return 'measuring'
  if (perSecond >= 100) return String(Math.round(perSecond))
  return String(Number(perSecond.toPrecision(3)))
}

/** A loss in nats: four digits after the point, exponents outside of what that can show. */
export function formatLoss(loss: number): string {
  if (Number.isNaN(loss)) return 'not a number'
  if (!Number.isFinite(loss)) return 'infinite'
  if (loss !== 0 && (Math.abs(loss) < 1e-3 || Math.abs(loss) >= 1e5)) return loss.toExponential(2)
  return loss.toFixed(4)
}

/** A learning rate without needless digits: 0.01, 0.00025, 1e-6. */
export function formatLearningRate(rate: number): string {
  if (rate !== 0 && rate < 1e-4) return Number(rate.toPrecision(3)).toExponential()
  return String(Number(rate.toPrecision(3)))
}
