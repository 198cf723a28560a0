import type { CompareCalls } from '../../../shared/contract'
import { ComparedColumns } from '../inspect/compare/compared-columns'
import type { FittedPictureCache } from '../inspect/fitted-picture-cache'
import type { ModelRegistry } from '../inspect/model-registry'
import { compact } from './engine-port'
import type { CallHandlers } from './port-session'

/** Questions about pictures, or networks, side by side: one pass a column, between two steps. */
export function createCompareHandlers(
  models: ModelRegistry,
  pictures: FittedPictureCache,
): Pick<CallHandlers, keyof CompareCalls> {
  const columns = new ComparedColumns(models, pictures)
  return {
    'compare.column': async (question, { signal }) => {
      const summary = await columns.summarise(question, signal)
      const { prediction } = summary
      const { size, pixels } = prediction.input
      return { ...summary, prediction: { ...prediction, input: { size, pixels: compact(pixels) } } }
    },
    'compare.maps': (asked, { signal }) => columns.readMaps(asked, signal),
    'compare.difference': (asked, { signal }) => columns.compare(asked, signal),
    'compare.units': (asked, { signal }) => columns.readUnits(asked, signal),
  }
}
