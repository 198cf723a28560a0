import type {
  DeviceReport,
  EngineCallName,
  EngineEventName,
  EngineEvents,
} from '../../../shared/contract'
import { describeCall } from '../../../shared/contract/engine-calls'
import { FittedPictureCache } from '../inspect/fitted-picture-cache'
import { ModelRegistry } from '../inspect/model-registry'
import { SentMaps } from '../inspect/sent-maps'
import { createArithmeticHandlers } from './arithmetic'
import { createAttributionHandlers } from './attribution'
import { createCompareHandlers } from './compare'
import { createCorrectionHandlers } from './corrections'
import { DatasetService } from './dataset'
import { createDenseFeatureHandlers } from './dense-features'
import { createDeviceHandlers } from './device'
import { createEvaluateHandlers } from './evaluate'
import type { EnginePort } from './engine-port'
import { createFeatureHandlers } from './features'
import { createInspectHandlers } from './inspect'
import { createKernelHandlers } from './kernels'
import { MapsStream } from './maps-stream'
import { createMaximiseHandlers } from './maximise'
import type { ServiceParts } from './parts'
import { PortSession, type CallHandlers } from './port-session'
import { QuestionGate } from './question-gate'
import { STORAGE_HANDLERS } from './storage'
import { createSurveyHandlers } from './survey'
import { TrainingService } from './training'
import { createWhatIfHandlers } from './what-if'
import { WEIGHTS_HANDLERS } from './weights'

/** What the service needs of the process that it runs in. */
export interface EngineServiceOptions {
  readonly device: DeviceReport
  /** A run began or ended. */
  readonly onTraining: (isActive: boolean, runFolder: string | null) => void
  /** The call that is at work now, in words; null for none: should it end the process, it is named. */
  readonly onAsked: (work: string | null) => void
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
    const parts: ServiceParts = {
      device,
      datasets: this.#datasets,
      models: this.#models,
      pictures: this.#pictures,
      sentMaps: this.#sentMaps,
      isTraining: () => this.#training.isWorking,
    }
    this.#handlers = {
      ...this.#datasets.handlers,
      ...this.#training.handlers,
      ...createArithmeticHandlers(parts),
      ...createAttributionHandlers(parts),
      ...createCompareHandlers(parts),
      ...createCorrectionHandlers(parts),
      ...createDenseFeatureHandlers(parts),
      ...createDeviceHandlers(parts),
      ...createEvaluateHandlers(parts),
      ...createFeatureHandlers(parts),
      ...createInspectHandlers(parts),
      ...createKernelHandlers(parts),
      ...createMaximiseHandlers(parts),
      ...createSurveyHandlers(parts),
      ...createWhatIfHandlers(parts),
      ...STORAGE_HANDLERS,
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
    this.#onAsked(asked === null ? null : describeCall(asked))
  }

  #broadcast<K extends EngineEventName>(name: K, value: EngineEvents[K]): void {
    for (const session of this.#sessions) session.sendEvent(name, value)
  }
}
