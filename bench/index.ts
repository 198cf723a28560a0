import { APPLICATION_HELP, benchApplication } from './application'
import { runApplicationWorker } from './application-worker'
import { ARRIVAL_HELP, benchArrival } from './arrival'
import { DATA_HELP, benchData } from './data'
import { DENSE_HELP, benchDense } from './dense'
import { DIGITS_HELP, benchDigits } from './digits'
import { TEXTURES_HELP, benchTextures } from './textures'
import { DECODERS_HELP, benchDecoders } from './decoders'
import { ENGINE_HELP, benchEngine } from './engine'
import { runEngineWorker } from './engine-worker'
import { FINE_TUNING_HELP, benchFineTuning } from './fine-tuning'
import { GLANCE_HELP, benchGlance } from './glance'
import { MEMORY_HELP, benchMemory } from './memory'
import { PACE_HELP, benchPace } from './pace'
import { ONEDNN_HELP, benchOneDnn } from './onednn'
import { RESPONSIVENESS_HELP, benchResponsiveness } from './responsiveness'
import { SCAN_HELP, benchScan } from './scan'
import { TRAINING_MEMORY_HELP, benchTrainingMemory } from './training-memory'
import { WINDOW_COST_HELP, benchWindowCost } from './window-cost'

interface Benchmark {
  readonly help: string
  run(args: readonly string[]): Promise<void>
}

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ['engine', { help: ENGINE_HELP, run: benchEngine }],
  ['dense', { help: DENSE_HELP, run: benchDense }],
  ['onednn', { help: ONEDNN_HELP, run: benchOneDnn }],
  ['application', { help: APPLICATION_HELP, run: benchApplication }],
  ['responsiveness', { help: RESPONSIVENESS_HELP, run: benchResponsiveness }],
  ['arrival', { help: ARRIVAL_HELP, run: benchArrival }],
  ['window-cost', { help: WINDOW_COST_HELP, run: benchWindowCost }],
  ['glance', { help: GLANCE_HELP, run: benchGlance }],
  ['pace', { help: PACE_HELP, run: benchPace }],
  ['memory', { help: MEMORY_HELP, run: benchMemory }],
  ['training-memory', { help: TRAINING_MEMORY_HELP, run: benchTrainingMemory }],
  ['data', { help: DATA_HELP, run: benchData }],
  ['textures', { help: TEXTURES_HELP, run: benchTextures }],
  ['digits', { help: DIGITS_HELP, run: benchDigits }],
  ['scan', { help: SCAN_HELP, run: benchScan }],
  ['decoders', { help: DECODERS_HELP, run: benchDecoders }],
  ['fine-tuning', { help: FINE_TUNING_HELP, run: benchFineTuning }],
])

/** What the bench starts itself as: one process for each side, so that peaks of memory are its own. */
const WORKERS: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['engine', runEngineWorker],
  ['application', runApplicationWorker],
])

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  if (name === 'worker') {
    await WORKERS.get(args[0] ?? '')?.()
    return 0
  }
  const benchmark = BENCHMARKS.get(name)
  const isHelpAsked = name === '--help' || args.includes('--help')
  if (benchmark === undefined || isHelpAsked) {
    const shown = benchmark === undefined ? [...BENCHMARKS.values()] : [benchmark]
    const helps = shown.map(({ help }) => help).join('\n\n')
    process.stdout.write(`npm run bench -- <name> [options]\n\n${helps}\n`)
    return isHelpAsked ? 0 : 2
  }
  await benchmark.run(args)
  return 0
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
