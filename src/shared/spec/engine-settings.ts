import { checkNumber, type NumberParameter } from './parameters'

/** What may compute: a GPU where TensorFlow finds one, or the processor alone. */
export const DEVICE_CHOICES = ['auto', 'cpu'] as const
/** One of {@link DEVICE_CHOICES}. */
export type DeviceChoice = (typeof DEVICE_CHOICES)[number]

/** Whether TensorFlow computes on the processor with oneDNN: `auto` where it is known to be faster. */
export const ONE_DNN_CHOICES = ['auto', 'on', 'off'] as const
/** One of {@link ONE_DNN_CHOICES}. */
export type OneDnnChoice = (typeof ONE_DNN_CHOICES)[number]

/** What the engine is started with. Threads or workers of 0: as many as the machine gives. */
export interface EngineSettings {
  readonly device: DeviceChoice
  readonly oneDnn: OneDnnChoice
  /** Threads that TensorFlow computes with. */
  readonly threads: number
  /** Threads that read and prepare pictures. */
  readonly workers: number
  /** Room for prepared pictures on the disk, in GB (1e9 bytes); 0 keeps none. */
  readonly cacheGb: number
}

/** The numbers among {@link EngineSettings}. */
export const ENGINE_PARAMETERS = {
  threads: {
    kind: 'integer',
    label: 'Threads',
    default: 0,
    min: 0,
    max: 256,
    unit: '',
    section: null,
    help: 'Threads that TensorFlow computes with; 0 for as many as the machine allows.',
  },
  workers: {
    kind: 'integer',
    label: 'Decoding workers',
    default: 0,
    min: 0,
    max: 64,
    unit: '',
    section: null,
    help: 'Threads that read and prepare pictures; 0 for as many as the machine allows.',
  },
  cacheGb: {
    kind: 'integer',
    label: 'Picture cache',
    default: 20,
    min: 0,
    max: 100_000,
    unit: 'GB',
    section: null,
    help: 'Disk space for prepared pictures, so that each is decoded once; 0 keeps none.',
  },
} as const satisfies Record<string, NumberParameter>

export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  device: 'auto',
  oneDnn: 'auto',
  threads: ENGINE_PARAMETERS.threads.default,
  workers: ENGINE_PARAMETERS.workers.default,
  cacheGb: ENGINE_PARAMETERS.cacheGb.default,
}

/** The environment variables that carry the settings to the engine, and from a shell to it. */
const VARIABLES = {
  device: 'VGG_LAB_DEVICE',
  oneDnn: 'VGG_LAB_ONEDNN',
  threads: 'VGG_LAB_THREADS',
  workers: 'VGG_LAB_WORKERS',
  cacheGb: 'VGG_LAB_CACHE_GB',
} as const

type Environment = Readonly<Record<string, string | undefined>>

/** The variables of settings that were chosen; what is left to the machine is left out. */
export function writeEngineEnvironment(settings: EngineSettings): Record<string, string> {
  const variables: Record<string, string> = {}
  if (settings.device !== 'auto') variables[VARIABLES.device] = settings.device
  if (settings.oneDnn !== 'auto') variables[VARIABLES.oneDnn] = settings.oneDnn
  if (settings.threads !== 0) variables[VARIABLES.threads] = String(settings.threads)
  if (settings.workers !== 0) variables[VARIABLES.workers] = String(settings.workers)
  if (settings.cacheGb !== DEFAULT_ENGINE_SETTINGS.cacheGb) {
    variables[VARIABLES.cacheGb] = String(settings.cacheGb)
  }
  return variables
}

/** The settings in an environment, or in one line what is wrong with a variable. */
export function readEngineEnvironment(
  environment: Environment,
): { readonly settings: EngineSettings } | { readonly fault: string } {
  const device = environment[VARIABLES.device] ?? DEFAULT_ENGINE_SETTINGS.device
  if (!isDeviceChoice(device)) {
    const choices = DEVICE_CHOICES.join(' or ')
    return { fault: `Expected ${VARIABLES.device} to be ${choices}, got ${device}.` }
  }
  const oneDnn = environment[VARIABLES.oneDnn] ?? DEFAULT_ENGINE_SETTINGS.oneDnn
  if (!isOneDnnChoice(oneDnn)) {
    return { fault: `Expected ${VARIABLES.oneDnn} to be auto, on or off, got ${oneDnn}.` }
  }
  const numbers = {
    threads: DEFAULT_ENGINE_SETTINGS.threads,
    workers: DEFAULT_ENGINE_SETTINGS.workers,
    cacheGb: DEFAULT_ENGINE_SETTINGS.cacheGb,
  }
  for (const name of ['threads', 'workers', 'cacheGb'] as const) {
    const text = environment[VARIABLES[name]]
    if (text === undefined) continue
    const value = text.trim() === '' ? NaN : Number(text)
    if (checkNumber(ENGINE_PARAMETERS[name], value) !== null) {
      const { min, max } = ENGINE_PARAMETERS[name]
      const range = `a whole number from ${min} to ${max}`
      return { fault: `Expected ${VARIABLES[name]} to be ${range}, got "${text}".` }
    }
    numbers[name] = value
  }
  return { settings: { device, oneDnn, ...numbers } }
}

function isDeviceChoice(text: string): text is DeviceChoice {
  return (DEVICE_CHOICES as readonly string[]).includes(text)
}

function isOneDnnChoice(text: string): text is OneDnnChoice {
  return (ONE_DNN_CHOICES as readonly string[]).includes(text)
}
