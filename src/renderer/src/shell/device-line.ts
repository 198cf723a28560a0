import { describeOneDnn, type DeviceReport } from '../../../shared/contract'
import type { Precision } from '../../../shared/spec'

/** What the engine computes on, in a line: "CPU, 2 threads, oneDNN, float32". */
export function describeDevice(device: DeviceReport, precision: Precision): string {
  const parts = [device.device === 'gpu' ? `GPU ${device.deviceName}` : 'CPU']
  parts.push(`${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`)
  if (device.oneDnn.inForce === true) parts.push('oneDNN')
  // On a GPU it decides over little.
  else if (device.oneDnn.inForce === false && device.device === 'cpu') parts.push('oneDNN off')
  parts.push(precision)
  return parts.join(', ')
}

/** The same with names and versions, for the tooltip. */
export function describeDeviceFully(device: DeviceReport): string {
  const bfloat16 = device.bfloat16.supported ? 'bfloat16 supported' : device.bfloat16.reason
  return [
    device.deviceName,
    `TensorFlow ${device.tensorflowVersion}, tfjs ${device.tfjsVersion}`,
    `oneDNN ${describeOneDnn(device.oneDnn)}`,
    device.cpuFeatures.join(' '),
    bfloat16,
  ]
    .filter((line) => line !== '')
    .join('\n')
}
