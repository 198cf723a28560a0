import type { CurveMetric, XAxis } from '../../charts/curve-data'
import { CurveView } from '../../charts/curve-view.svelte'

/** How the curves of Train are shown: it stays while the layers are shown in their place. */
export class CurveChoices {
  axis = $state<XAxis>('step')
  smoothing = $state(0.7)
  lossScale = $state<'linear' | 'log'>('linear')
  accuracy = $state<Exclude<CurveMetric, 'loss'>>('top1')
  readonly view = new CurveView()
  /** The run that was zoomed in; another one is shown whole. */
  #runFolder: string | null = null

  /** Takes note of the run that is shown. */
  showRun(runFolder: string | null): void {
    if (runFolder !== this.#runFolder) this.view.showAll()
    this.#runFolder = runFolder
  }
}
