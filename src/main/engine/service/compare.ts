import type { COMPARE_CALLS } from '../../../shared/contract/compare'
import { ComparedColumns } from '../inspect/compare/compared-columns'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** Questions about pictures, or networks, side by side: one pass a column, between two steps. */
export function createCompareHandlers({
  models,
  pictures,
}: ServiceParts): Handlers<typeof COMPARE_CALLS> {
  const columns = new ComparedColumns(models, pictures)
  return {
    'compare.column': (question, { signal }) => columns.summarise(question, signal),
    'compare.maps': (asked, { signal }) => columns.readMaps(asked, signal),
    'compare.difference': (asked, { signal }) => columns.compare(asked, signal),
    'compare.units': (asked, { signal }) => columns.readUnits(asked, signal),
  }
}
