import type { Progress } from '../../../../shared/contract'
import { formatCount } from '../../lib/words/format-value'

/** How far long work is, with its rate and the time left: "Reading: 12 of 80, 40 a second, 2 s left". */
export function describeProgress({ label, done, total, perSecond, etaSeconds }: Progress): string {
  const counted =
    total === null ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`
  const rate = perSecond === null ? '' : `, ${formatCount(perSecond)} a second`
  const eta = etaSeconds === null ? '' : `, ${Math.ceil(etaSeconds)} s left`
  return `${label}: ${counted}${rate}${eta}`
}
