import type {
  DeviceReport,
  EngineCallName,
  EngineEventName,
  EngineEvents,
} from '../../../shared/contract'
import { readMemory } from '../memory'
import { FittedPictureCache } from '../inspect/fitted-picture-cache'
import { readKernels, readKernelWeights } from '../inspect/kernels'
import { ModelRegistry } from '../inspect/model-registry'
import { SentMaps } from '../inspect/sent-maps'
import { createAttributionHandlers } from './attribution-service'
import { createCompareHandlers } from './compare-service'
import { DatasetService } from './dataset-service'
import type { EnginePort } from './engine-port'
import { createFeatureHandlers } from './feature-service'
import { createInspectHandlers } from './inspect-service'
import { MapsStream } from './maps-stream'
import { createMaximiseHandlers } from './maximise-service'
import { PortSession, type CallHandlers } from './port-session'
import { QuestionGate } from './question-gate'
import { createSurveyHandlers } from './survey-service'
import { TrainingService } from './training-service'
import { createWhatIfHandlers } from './what-if-service'
import { WEIGHTS_HANDLERS } from './weights-service'

/** What the service needs of the process that it runs in. */
export interface EngineServiceOptions {
  readonly device: DeviceReport
  /** A run began or ended. */
  readonly onTraining: (isActive: boolean, runFolder: string | null) => void
  /** The call that is at work now, null for none: should it end the process, it is named. */
  readonly onAsked: (call: EngineCallName | null) => void
}

/** The engine's answers to windows, over any number of ports. */
export class EngineService {
  readonly #sessions = new Set<PortSession>()
  readonly #pictures = new FittedPictureCache()
  readonly #gate = new QuestionGate(() =>
    [...this.#sessions].flatMap((session) => session.openCalls),
  )
  readonly #sentMaps = new SentMaps()
  readonly #stream = new MapsStream(this.#pictures, this.#sentMaps)
  readonly #datasets = new DatasetService(() => this.#training.isWorking)
  readonly #training: TrainingService
  readonly #models: ModelRegistry
  readonly #handlers: CallHandlers
  readonly #onAsked: EngineServiceOptions['onAsked']
  #asked: EngineCallName | null = null

  constructor({ device, onTraining, onAsked }: EngineServiceOptions) {
    this.#onAsked = onAsked
    this.#training = new TrainingService({
      broadcast: (name, value) => this.#broadcast(name, value),
      onActive: onTraining,
      beforeWork: () => this.#datasets.stopMeasuring(),
      onBetweenSteps: (handle) => {
        this.#stream.refresh(handle, this.#sessions)
        return this.#gate.passQuestions()
      },
    })
    this.#models = new ModelRegistry(() => this.#training.handle)
    const isTraining = (): boolean => this.#training.isWorking
    this.#handlers = {
      'device.report': () => device,
      'device.memory': () => readMemory(),
      ...this.#datasets.handlers,
      ...this.#training.handlers,
      ...createInspectHandlers(this.#models, this.#pictures, this.#sentMaps, isTraining),
      ...createCompareHandlers(this.#models, this.#pictures),
      ...createAttributionHandlers(this.#models, this.#pictures, isTraining),
      ...createSurveyHandlers(this.#models, (folder) => this.#datasets.find(folder), isTraining),
      ...createFeatureHandlers(this.#models, this.#pictures, this.#datasets, isTraining),
      ...createWhatIfHandlers(this.#models, this.#datasets, isTraining),
      'inspect.kernels': ({ model, ...asked }) =>
        this.#models.use(model, (found) => readKernels(found, asked)),
      'inspect.kernelWeights': ({ model, layer }) =>
        this.#models.use(model, (found) => readKernelWeights(found, layer)),
      ...createMaximiseHandlers(this.#models, this.#pictures, isTraining),
      ...WEIGHTS_HANDLERS,
    }
  }

  /** Serves a window until its port closes. */
  connect(port: EnginePort): PortSession {
    const session = new PortSession(port, this.#handlers, {
      onBegun: () => this.#tellAsked(),
      onSettled: () => {
        this.#tellAsked()
        this.#gate.settle()
      },
      onClosed: (closed) => {
        this.#sessions.delete(closed)
        this.#stream.forget(closed)
        this.#tellAsked()
        this.#gate.settle()
      },
    })
    this.#sessions.add(session)
    return session
  }

  /** Number of windows that are connected. */
  get sessionCount(): number {
    return this.#sessions.size
  }

  /** Stops what goes on and frees all networks; resolves when the run folder is in order. */
  async shutdown(): Promise<void> {
    await this.#training.stop()
    this.#models.dispose()
  }

  #tellAsked(): void {
    const atWork = [...this.#sessions].map((session) => session.callAtWork)
    const asked = atWork.find((call) => call !== null) ?? null
    if (asked === this.#asked) return
    this.#asked = asked
    this.#onAsked(asked)
  }

  #broadcast<K extends EngineEventName>(name: K, value: EngineEvents[K]): void {
    for (const session of this.#sessions) session.sendEvent(name, value)
  }
}
