import type { KERNEL_CALLS } from '../../../shared/contract/kernels'
import { readKernels, readKernelWeights } from '../inspect/kernels'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** Kernels alone, without a picture. */
export function createKernelHandlers({ models }: ServiceParts): Handlers<typeof KERNEL_CALLS> {
  return {
    'inspect.kernels': ({ model, ...asked }) =>
      models.use(model, (found) => readKernels(found, asked)),
    'inspect.kernelWeights': ({ model, layer }) =>
      models.use(model, (found) => readKernelWeights(found, layer)),
  }
}
