import type { DEVICE_CALLS } from '../../../shared/contract/device'
import { readDisk } from '../disk-space'
import { readMemory } from '../memory'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** What the engine computes on. */
export function createDeviceHandlers({ device }: ServiceParts): Handlers<typeof DEVICE_CALLS> {
  return {
    'device.report': () => device,
    'device.memory': () => readMemory(),
    'device.disk': ({ folder }) => readDisk(folder),
  }
}
