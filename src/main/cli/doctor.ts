import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describeOneDnn, type DeviceReport } from '../../shared/contract'
import { reportDevice } from '../engine/tensorflow'
import { formatTable, printJson, type Output } from './output'
import { readRuntimeNotes, type RuntimeNotes } from './runtime-notes'

/** Libraries that TensorFlow's GPU build loads, by the names of their folders beside it. */
const CUDA_LIBRARIES = [
  'cublas',
  'cuda_runtime',
  'cudnn',
  'cufft',
  'curand',
  'cusolver',
  'cusparse',
  'nccl',
  'nvjitlink',
] as const

/** The document of `doctor --json`. */
export interface DoctorReport {
  readonly node: string
  readonly platform: string
  readonly tensorflow: DeviceReport & { readonly build: string; readonly why: string }
  readonly gpu: {
    readonly driver: string | null
    readonly librariesFound: readonly string[]
    readonly librariesMissing: readonly string[]
  }
  readonly electron: {
    readonly version: string
    readonly source: string
    readonly path: string
  } | null
}

/** `vgg-lab doctor`: what the lab runs on, and why. */
export function doctor(projectFolder: string, isJson: boolean, output: Output): void {
  const notes = readRuntimeNotes(projectFolder)
  const driver = findDriver()
  const device = reportDevice()
  const libraries = listLibraries(notes)
  const build = notes.tensorflow?.kind ?? 'unknown'
  const report: DoctorReport = {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    tensorflow: { ...device, build, why: explainDevice(device, build, driver, libraries.missing) },
    gpu: { driver, librariesFound: libraries.found, librariesMissing: libraries.missing },
    electron: notes.electron
      ? {
          version: notes.electron.version,
          source: describeSource(notes.electron.source),
          path: notes.electron.path,
        }
      : null,
  }
  if (isJson) printJson(output, report)
  else printReport(report, output)
}

/** The NVIDIA driver's own words, or null where there is none. */
function findDriver(): string | null {
  try {
    const [line = ''] = readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')
    return line.replace(/^NVRM version:\s*/, '').trim()
  } catch {
    const places = [
      '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
      '/usr/lib64/libcuda.so.1',
      '/usr/lib/wsl/lib/libcuda.so.1',
    ]
    return places.find((place) => existsSync(place)) ?? null
  }
}

function listLibraries(notes: RuntimeNotes): { found: string[]; missing: string[] } {
  if (notes.tensorflow?.kind !== 'gpu') return { found: [], missing: [] }
  const folders = [notes.tensorflow.path, dirname(notes.tensorflow.path)].map((place) =>
    join(place, 'nvidia'),
  )
  const holds = (name: string): boolean =>
    folders.some((folder) => {
      try {
        return readdirSync(join(folder, name, 'lib')).some((file) => file.includes('.so'))
      } catch {
        return false
      }
    })
  return {
    found: CUDA_LIBRARIES.filter(holds),
    missing: CUDA_LIBRARIES.filter((name) => !holds(name)),
  }
}

function explainDevice(
  device: DeviceReport,
  build: string,
  driver: string | null,
  missing: readonly string[],
): string {
  if (device.device === 'gpu')
    return `the driver (${driver ?? 'unknown'}) and the CUDA libraries were found`
  if (driver === null) return 'no NVIDIA driver was found on this machine'
  if (build !== 'gpu')
    return 'TensorFlow is the CPU build: run VGG_LAB_TENSORFLOW=gpu npm run setup'
  if (missing.length > 0) return `CUDA libraries are missing: ${missing.join(', ')}`
  return 'TensorFlow found no GPU that it can use'
}

function describeSource(source: string): string {
  if (source === 'declared') return "package.json's own version, from its installer"
  if (source === 'wheel')
    return 'a Python wheel (out of support): the declared one could not be fetched'
  return source
}

function printReport(report: DoctorReport, output: Output): void {
  const { tensorflow, gpu, electron } = report
  const yesNo = (isSo: boolean): string => (isSo ? 'yes' : 'no')
  const rows = [
    ['Node', `${report.node}, ${report.platform}`],
    [
      'TensorFlow',
      `${tensorflow.tensorflowVersion} (${tensorflow.build}), tfjs ${tensorflow.tfjsVersion}`,
    ],
    ['Device', `${tensorflow.device}: ${tensorflow.deviceName}; ${tensorflow.why}`],
    ['Threads', `${tensorflow.threads} to compute, ${tensorflow.workers} to read pictures`],
    ['oneDNN', describeOneDnn(tensorflow.oneDnn)],
    ['CPU features', tensorflow.cpuFeatures.join(', ')],
    ['bfloat16', `${yesNo(tensorflow.bfloat16.supported)}: ${tensorflow.bfloat16.reason}`],
    ['GPU driver', gpu.driver ?? 'none found'],
    ['CUDA libraries', describeLibraries(gpu)],
    [
      'Electron',
      electron === null
        ? 'not set up: run npm run setup'
        : `${electron.version}, ${electron.source}; ${electron.path}`,
    ],
  ]
  output.out(formatTable([{ title: 'what' }, { title: 'found' }], rows))
}

function describeLibraries({ librariesFound, librariesMissing }: DoctorReport['gpu']): string {
  if (librariesFound.length + librariesMissing.length === 0) return 'not needed: the CPU build'
  const missing = librariesMissing.length > 0 ? `; missing: ${librariesMissing.join(', ')}` : ''
  return `${librariesFound.join(', ') || 'none'}${missing}`
}
