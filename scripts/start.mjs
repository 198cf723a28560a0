// `npm start`: sets up what is missing and opens the lab. Arguments go to the app, for instance
// `npm start -- --tour <folder>`.
import { root } from './setup/own-node.mjs'
import { spawn } from 'node:child_process'
import os from 'node:os'
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
