// `npm start`: sets up what is missing and opens the lab. Arguments go to the app, except
// `npm start -- --tour <folder>`, which drives the app through its main job and takes pictures; with
// `--docs`, those of the docs too.
import { root } from './setup/own-node.mjs'
import { spawn } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { chooseChromiumSwitches, startVirtualScreen } from './setup/display.mjs'
import { exitWithError, SetupError } from './setup/errors.mjs'
import { prepare } from './setup/prepare.mjs'
import { hasDisplay } from './setup/system.mjs'

try {
  const { runtime } = await prepare()
  /** @type {NodeJS.ProcessEnv} */
  const environment = { ...process.env }
  // Set in terminals that run inside an Electron app; with it no window would open.
  delete environment['ELECTRON_RUN_AS_NODE']
  // The engine runs on this Node: see src/main/engine-process/engine-node.ts.
  environment['VGG_LAB_NODE'] = process.execPath
  let stopScreen = () => {}
  if (!hasDisplay()) {
    const screen = await startVirtualScreen()
    Object.assign(environment, screen.environment)
    stopScreen = screen.stop
    console.error(
      `There is no display: the lab runs on a virtual screen (${screen.environment['DISPLAY']}).`,
    )
  }
  const switches = chooseChromiumSwitches(runtime.electron.path)
  if (switches.reason) console.error(switches.reason)
  const tourAt = process.argv.indexOf('--tour')
  if (tourAt !== -1) {
    const folder = process.argv[tourAt + 1]
    if (folder === undefined) {
      throw new SetupError(
        'the tour needs a folder for its pictures',
        'run `npm start -- --tour <folder>`',
      )
    }
    process.env = environment
    const { runTour } = await import('./tour.mjs')
    await runTour({
      // npm runs this in the repository: a relative folder is meant from where the user stands.
      folder: path.resolve(process.env['INIT_CWD'] ?? '.', folder),
      ...(process.argv.includes('--docs') && { docsFolder: path.join(root, 'docs', 'images') }),
      executablePath: runtime.electron.path,
      args: switches.arguments,
      appFolder: root,
    })
    stopScreen()
    process.exit(0)
  }
  const args = [...switches.arguments, root, ...process.argv.slice(2)]
  if (process.env['VGG_LAB_DEBUG']) {
    console.error(`launching after ${performance.now().toFixed(0)} ms: ${runtime.electron.path}`)
  }
  const app = spawn(runtime.electron.path, args, { cwd: root, env: environment, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the app as well; a signal to this process alone is passed on.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) app.kill(signal)
    })
  }
  app.on('error', (error) => {
    exitWithError(
      new SetupError(
        `Electron does not start: ${error.message}`,
        'run `npm run setup -- --retry-electron` and try again',
      ),
    )
  })
  app.on('exit', (code, signal) => {
    stopScreen()
    process.exit(code ?? 128 + (signal ? os.constants.signals[signal] : 1))
  })
} catch (error) {
  exitWithError(error)
}
