/**
 * Probability that of `trials` fair ones at most `successes`, or at least as many of the other kind, come
 * out; 1 at most.
 */
export function sumBinomialTails(successes: number, trials: number): number {
  let term = 0.5 ** trials
  let sum = 0
  for (let count = 0; count <= successes; count++) {
    sum += term
    term *= (trials - count) / (count + 1)
  }
  return Math.min(1, 2 * sum)
}

/** Probability that a chi-square of one degree of freedom exceeds a value: erfc(sqrt(value / 2)). */
export function measureChiSquareTail(value: number): number {
  const x = Math.sqrt(value / 2)
  return x < SERIES_BELOW ? 1 - sumErf(x) : continueErfc(x)
}

/** Up to here the series loses no digits that count; beyond, the fraction needs few terms. */
const SERIES_BELOW = 2
const SERIES_TERMS = 60
const FRACTION_TERMS = 100

/** erf by its series, Abramowitz and Stegun 7.1.6. */
function sumErf(x: number): number {
  let term = x
  let sum = 0
  for (let n = 0; n < SERIES_TERMS; n++) {
    sum += term
    term *= (2 * x * x) / (2 * n + 3)
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** erfc by its continued fraction, Abramowitz and Stegun 7.1.14, from the end. */
function continueErfc(x: number): number {
  let fraction = x
  for (let n = FRACTION_TERMS; n >= 1; n--) fraction = x + n / 2 / fraction
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction
}
