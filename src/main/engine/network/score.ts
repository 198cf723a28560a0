import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import { cast, integerConstant, reshape, sum } from './ops'
import type { BatchScore } from './compiled-network'
import { itemAt } from '../../../shared/present'

/** What a batch is scored from. */
export interface ScoreRequest {
  /** float32 `[N, classes]` */
  readonly scores: NodeOutput
  /** int32 `[N]` */
  readonly labels: NodeOutput
  /** float32 scalar */
  readonly lossSum: NodeOutput
  readonly classes: number
}

/** Ranks that count for top-5, or all of them where there are fewer classes. */
const TOP = 5

/**
 * Emits the score of a batch as float32 `[3]`: loss sum, pictures whose class is the first, and is
 * among the first five. Of equal scores the lower class ranks first, so that a network that tells
 * nothing apart gets no credit.
 */
export function emitScore(graph: GraphWriter, name: string, request: ScoreRequest): NodeOutput {
  return graph.within(`score/${name}`, () => {
    const { scores, labels, lossSum, classes } = request
    const integer = attribute.type('int32')
    const best = graph.node('ArgMax', [scores, integerConstant(graph, 1)], {
      T: attribute.type('float32'),
      Tidx: integer,
      output_type: integer,
    })
    const count = integerConstant(graph, Math.min(TOP, classes))
    const ranked = graph.node('TopKV2', [scores, count], { T: attribute.type('float32') })
    const column = reshape(graph, labels, integerConstant(graph, [-1, 1]), 'int32')
    const hits = (found: NodeOutput, wanted: NodeOutput, axes: readonly number[]): NodeOutput => {
      const equal = graph.node('Equal', [found, wanted], { T: integer })
      return sum(graph, cast(graph, equal, 'bool', 'float32'), axes, 'float32')
    }
    const parts = [lossSum, hits(best, labels, [0]), hits(`${ranked}:1`, column, [0, 1])]
    return graph.node(
      'Pack',
      parts,
      { N: attribute.integer(3), T: attribute.type('float32'), axis: attribute.integer(0) },
      { name },
    )
  })
}

/** Reads what {@link emitScore} gave. */
export function readScore(data: Float32Array, count: number): BatchScore {
  return { count, lossSum: itemAt(data, 0), top1: itemAt(data, 1), top5: itemAt(data, 2) }
}
