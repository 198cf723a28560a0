import { MAX_COMPARED, styleOfRun, type RunStyle } from '../../../charts/run-marks'

/** What the points of a map are coloured by. */
export type Colouring = 'class' | 'error'

/**
 * The mark of a class: the first ten have a shape and a colour of their own, the next ten the same
 * shapes in other colours, and so on up to a hundred.
 */
export function markOfClass(index: number): RunStyle {
  const { path, mark } = styleOfRun(index)
  return { path, mark, color: styleOfRun(index + Math.floor(index / MAX_COMPARED)).color }
}

/** The marks of pictures that the network predicts right and wrong. */
export const RIGHT_MARK: RunStyle = { ...styleOfRun(0), color: 'var(--mark)' }
export const WRONG_MARK: RunStyle = { ...styleOfRun(4), color: 'var(--danger)' }

/** Shapes that are lines: the others are filled. */
export const isLineMark = ({ mark }: RunStyle): boolean =>
  ['cross', 'plus', 'star', 'arrow'].includes(mark)
