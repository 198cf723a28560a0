// `npm run setup`: everything that the lab needs, and nothing that is there already.
import './setup/own-node.mjs'
import { exitWithError, SetupError } from './setup/errors.mjs'
import { prepare } from './setup/prepare.mjs'
import { formatDuration } from './setup/progress.mjs'

const HELP = `Usage: npm run setup [-- --retry-electron]

Sets up VGG Lab: npm packages, TensorFlow, its addon, Electron, the build, system libraries.
  --retry-electron          ask for the declared Electron again, even if it failed today
Environment:
  VGG_LAB_TENSORFLOW=cpu|gpu  which TensorFlow (default: gpu where an NVIDIA driver is found)
  CXX                         the C++ compiler
  XDG_CACHE_HOME              where the downloads are kept (default: ~/.cache)`

try {
  const args = process.argv.slice(2)
  const unknown = args.find((it) => !['--retry-electron', '--help', '-h'].includes(it))
  if (unknown !== undefined) {
    throw new SetupError(`unknown option ${unknown}`, 'see `npm run setup -- --help`')
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP)
  } else {
    const { wasFinished } = await prepare({ isElectronRetried: args.includes('--retry-electron') })
    const took = formatDuration(performance.now())
    console.log(wasFinished ? `Everything is in place (${took}).` : `Set up in ${took}.`)
  }
} catch (error) {
  exitWithError(error)
}
