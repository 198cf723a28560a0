import './tensorflow-shim'
import { createRequire } from 'node:module'
import type * as Tfjs from '@tensorflow/tfjs-node-gpu'
import { LabError } from '../../shared/contract/errors'
import type { DeviceReport, OneDnnReport } from '../../shared/contract'
import {
  readEngineEnvironment,
  type EngineSettings,
  type OneDnnChoice,
  type Precision,
} from '../../shared/spec'
import {
  countUsableProcessors,
  judgeBfloat16,
  listCpuFeatures,
  nameCpu,
  readCpuFlags,
  readGpu,
} from './hardware'
import { decideOneDnn, ONE_DNN_VARIABLE } from './onednn'

/** The tfjs-node library. */
export type Tensorflow = typeof Tfjs

/** What the lab uses of tfjs-node's backend beyond the library's public face. */
export interface NodeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: {
    readonly TF_Version: string
    readonly TF_ATTR_BOOL: number
    readonly TF_ATTR_TYPE: number
    readonly TF_FLOAT: number
  }
  /** Runs one of TensorFlow's operations by its name; the caller disposes what it gives. */
  executeMultipleOutputs(
    name: string,
    attributes: readonly {
      readonly name: string
      readonly type: number
      readonly value: unknown
    }[],
    inputs: readonly Tfjs.Tensor[],
    outputs: number,
  ): Tfjs.Tensor[]
  /** Runs a loaded graph: any of its nodes may be fed and fetched, by name. */
  runSavedModel(
    sessionId: number,
    inputs: readonly Tfjs.Tensor[],
    inputInfos: readonly {
      readonly name: string
      readonly dtype: string
      readonly tfDtype: string
    }[],
    outputNames: readonly string[],
  ): Tfjs.Tensor[]
}

/*
 * Not an import statement: a bundler puts those of outside packages first, before the shim and the
 * environment that the library reads when it is loaded.
 */
const loadModule = createRequire(import.meta.url)

let loaded: Tensorflow | undefined

/**
 * TensorFlow, loaded on first use (about half a second) with the settings of the environment.
 * @throws LabError `unsupported` when the library or its addon is not there; `bad-input` when a
 *   variable of the environment is no setting.
 */
export function tensorflow(): Tensorflow {
  if (loaded !== undefined) return loaded
  setTensorflowEnvironment(engineSettings())
  try {
    loaded = loadModule('@tensorflow/tfjs-node-gpu') as Tensorflow
    return loaded
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new LabError(
      'unsupported',
      `Expected TensorFlow to load, got: ${reason ?? 'no reason'}`,
      'Run "npm run setup", then "npx vgg-lab doctor".',
    )
  }
}

/**
 * What the engine was started with, numbers found where they were left to the machine.
 * @throws LabError `bad-input` when a variable of the environment is no setting.
 */
export function engineSettings(): EngineSettings {
  const read = readEngineEnvironment(process.env)
  if ('fault' in read) {
    throw new LabError('bad-input', read.fault, 'Correct the variable, or unset it.')
  }
  const { threads, workers } = read.settings
  const found = countUsableProcessors()
  return { ...read.settings, threads: threads || found, workers: workers || found }
}

let decided: OneDnnReport | undefined

/** Decided once: afterwards the environment holds the decision and no longer the user's wish. */
function reportOneDnn(choice: OneDnnChoice): OneDnnReport {
  const { env: environment, platform, arch } = process
  decided ??= decideOneDnn({ choice, environment, platform, arch, flags: readCpuFlags() })
  return decided
}

/** The binding has no session options: TensorFlow's library reads these when it is loaded. */
function setTensorflowEnvironment({ device, oneDnn: choice, threads }: EngineSettings): void {
  const { inForce } = reportOneDnn(choice)
  if (inForce !== null) process.env[ONE_DNN_VARIABLE] = inForce ? '1' : '0'
  process.env.TF_NUM_INTRAOP_THREADS = String(threads)
  process.env.TF_NUM_INTEROP_THREADS = String(threads)
  if (device === 'cpu') process.env.CUDA_VISIBLE_DEVICES = '-1'
}

/** tfjs-node's backend. */
export function nodeBackend(): NodeBackend {
  return tensorflow().backend() as unknown as NodeBackend
}

let report: DeviceReport | undefined

/** What the engine runs on; asked once, then kept. */
export function reportDevice(): DeviceReport {
  report ??= makeReport()
  return report
}

function makeReport(): DeviceReport {
  const tf = tensorflow()
  const backend = nodeBackend()
  const flags = readCpuFlags()
  const gpu = backend.isUsingGpuDevice ? readGpu() : null
  const { oneDnn: choice, threads, workers } = engineSettings()
  const oneDnn = reportOneDnn(choice)
  return {
    device: gpu === null ? 'cpu' : 'gpu',
    deviceName: gpu?.name ?? nameCpu(),
    tensorflowVersion: backend.binding.TF_Version,
    tfjsVersion: tf.version.tfjs,
    threads,
    workers,
    oneDnn,
    cpuFeatures: listCpuFeatures(flags),
    gpuMemoryBytes: gpu?.memoryBytes ?? null,
    bfloat16: judgeBfloat16(flags, gpu, oneDnn),
  }
}

/**
 * Refuses an arithmetic that the machine hasn't.
 * @throws LabError `unsupported` with the reason.
 */
export function requirePrecision(precision: Precision): void {
  if (precision === 'float32') return
  const { bfloat16 } = reportDevice()
  if (bfloat16.supported) return
  throw new LabError(
    'unsupported',
    `Expected hardware with bfloat16 arithmetic, got ${bfloat16.reason}.`,
    'Use --precision float32 (in the window: Precision).',
  )
}
