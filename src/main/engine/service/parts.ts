import type { DeviceReport } from '../../../shared/contract'
import type { FittedPictureCache } from '../inspect/fitted-picture-cache'
import type { ModelRegistry } from '../inspect/model-registry'
import type { SentMaps } from '../inspect/sent-maps'
import type { DatasetService } from './dataset'

/** What the calls of all topics are answered from. */
export interface ServiceParts {
  readonly device: DeviceReport
  readonly datasets: DatasetService
  readonly models: ModelRegistry
  readonly pictures: FittedPictureCache
  /** Keeps the raw values of the maps that are sent. */
  readonly sentMaps: SentMaps
  /** Whether steps of training are being made now, which long work gives way to. */
  readonly isTraining: () => boolean
}
