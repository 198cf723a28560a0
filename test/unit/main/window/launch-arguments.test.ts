import { expect, test } from 'vitest'
import { warnOfRuntime } from '../../../../src/main/app-info'
import { readLaunchArguments } from '../../../../src/main/window/launch-arguments'

test('the app folder of a plain Electron is not a path to open', () => {
  const argv = ['/opt/electron', '--no-sandbox', '.']
  expect(readLaunchArguments(argv, true, '/home')).toEqual({ path: null, tour: false })
})

test('a path is resolved against the folder that it was given in', () => {
  expect(readLaunchArguments(['/opt/electron', '.', 'cats'], true, '/home').path).toBe('/home/cats')
  expect(readLaunchArguments(['/opt/lab', '--x', '/data'], false, '/home').path).toBe('/data')
})

test('a tour is told', () => {
  expect(readLaunchArguments(['/opt/electron', '.', '--tour'], true, '/').tour).toBe(true)
})

test('an older Electron than the declared one is warned of, the declared one is not', () => {
  expect(warnOfRuntime('22.3.25', '^45.4.1')).toMatch(/Electron 22\.3\.25.*45 is declared/)
  expect(warnOfRuntime('45.4.1', '^45.4.1')).toBeNull()
  expect(warnOfRuntime('46.0.0', '^45.4.1')).toBeNull()
})
