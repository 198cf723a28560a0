import type { CompareCalls } from '../../../shared/contract'
import { ComparedColumns } from '../inspect/compare/compared-columns'
import type { FittedPictureCache } from '../inspect/fitted-picture-cache'
import type { ModelRegistry } from '../inspect/model-registry'
import type { CallHandlers } from './port-session'

/** Questions about pictures, or networks, side by side: one pass a column, between two steps. */
export function createCompareHandlers(
  models: ModelRegistry,
  pictures: FittedPictureCache,
): Pick<CallHandlers, keyof CompareCalls> {
  const columns = new ComparedColumns(models, pictures)
  return {
    'compare.column': (question, { signal }) => columns.summarise(question, signal),
    'compare.maps': (asked, { signal }) => columns.readMaps(asked, signal),
    'compare.difference': (asked, { signal }) => columns.compare(asked, signal),
    'compare.units': (asked, { signal }) => columns.readUnits(asked, signal),
  }
}
