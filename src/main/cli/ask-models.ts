import { LabError } from '../../shared/contract'
import { ModelRegistry } from '../engine/inspect/model-registry'
import type { WorkOptions } from '../engine/work/progress-meter'
import type { Output } from './output'
import { withProgressBar } from './progress-bar'

/**
 * Long work with networks, under a progress bar; they are freed at its end, however it ends.
 * @param kept - what a person is told who cancels it
 * @throws LabError `cancelled`, which says that the same command goes on; what the work throws
 */
export async function askModels<T>(
  output: Output,
  options: { readonly json: boolean; readonly signal: AbortSignal },
  kept: string,
  ask: (models: ModelRegistry, work: WorkOptions) => Promise<T>,
): Promise<T> {
  const models = new ModelRegistry(() => null)
  try {
    return await withProgressBar(output, options, (work) => ask(models, work))
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'cancelled') throw error
    throw new LabError('cancelled', kept, 'The same command goes on from there.')
  } finally {
    models.dispose()
  }
}
