import { resolve } from 'node:path'
import { build } from 'vite'

const ROOT = resolve(import.meta.dirname, '../..')

/**
 * Bundles the command line as it is now, in about a second, for a test that needs it as a process of its
 * own.
 * @param name - of the folder under `out/test`, so that two test files do not share one
 * @returns the program's path, to run under Node
 */
export function buildCommandLine(name: string): Promise<string> {
  return buildScript('src/main/cli.ts', name)
}

/**
 * Bundles a script in the same way.
 * @param source - its path in the project
 */
export async function buildScript(source: string, name: string): Promise<string> {
  const outDir = resolve(ROOT, 'out/test', name)
  await build({
    root: ROOT,
    configFile: resolve(ROOT, 'vite.engine.config.ts'),
    logLevel: 'warn',
    build: {
      ssr: resolve(ROOT, source),
      outDir,
      rolldownOptions: { output: { entryFileNames: 'script.cjs' } },
    },
  })
  return resolve(outDir, 'script.cjs')
}
