// The start-up app of the substitute Electron runtime. Electron's own one comes with its releases;
// the runtime inside the PyPI wheel has a packaged app in that place instead, so this one takes it:
// it loads the app folder named by the first argument that is not an option, as `electron .` does.
'use strict'

const { app } = require('electron')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')

const preloads = []
let folder
for (let i = 1; i < process.argv.length; i++) {
  const argument = process.argv[i]
  if (argument === '-r' || argument === '--require') preloads.push(process.argv[++i])
  else if (!argument.startsWith('-')) {
    folder = path.resolve(argument)
    break
  }
}

if (folder === undefined && process.argv.includes('--version')) {
  console.log(`v${process.versions.electron}`)
  process.exit(0)
}

if (folder === undefined) {
  console.error('electron: expected the folder of an app, got none: run "electron ."')
  process.exit(2)
}

const manifestPath = path.join(folder, 'package.json')
let manifest
try {
  manifest = JSON.parse(fs.readFileSync(manifestPath, 'utf8'))
} catch (error) {
  console.error(`electron: expected an app with a package.json in ${folder}: ${error.message}`)
  process.exit(2)
}

if (manifest.version) app.setVersion(manifest.version)
app.setName(manifest.productName || manifest.name || 'Electron')
if (typeof app.setDesktopName === 'function') app.setDesktopName(`${manifest.name}.desktop`)
app.setPath('userData', path.join(app.getPath('appData'), app.getName()))
app.setAppPath(folder)
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true })

for (const preload of preloads) require(path.resolve(preload))
Module._load(path.join(folder, manifest.main || 'index.js'), Module, true)
