#!/usr/bin/env node
// `npx vgg-lab <command>`: the command line, on the engine under this Node.
import { root } from './setup/own-node.mjs'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { exitWithError, SetupError } from './setup/errors.mjs'
import { ADDON } from './setup/tensorflow.mjs'

const entry = path.join(root, 'out', 'engine', 'cli.cjs')
if (!fs.existsSync(ADDON) || !fs.existsSync(entry)) {
  exitWithError(new SetupError('VGG Lab is not set up', `run \`npm run setup\` in ${root}`))
}
process.argv[1] = entry
await import(pathToFileURL(entry).href)
