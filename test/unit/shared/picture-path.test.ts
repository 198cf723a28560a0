import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolvePicturePath } from '../../../src/shared/picture-path'

const FILES = [
  'cats/1.jpg',
  '../val/cats/1.jpg',
  '../../1.jpg',
  './a//b/../1.jpg',
  '../../../../1.jpg',
]

describe('the path of a picture', () => {
  test.each(['/data', '/data/set', '/data/', '/', '/data/../other'])('under %s', (folder) => {
    for (const file of [...FILES, '/else/where/1.jpg', 'odd\\name.jpg', 'c:/1.jpg']) {
      expect(resolvePicturePath(folder, file)).toBe(posix.resolve(folder, file))
    }
  })

  test.each(['C:\\data', 'C:\\data\\set', 'c:/data/set/', 'C:\\', 'D:\\a\\..\\b'])(
    'on a drive, under %s',
    (folder) => {
      for (const file of [...FILES, 'E:/pictures/cats/1.jpg', 'e:\\1.jpg', '//nas/share/x/1.jpg']) {
        expect(resolvePicturePath(folder, file)).toBe(win32.resolve(folder, file))
      }
    },
  )

  test.each(['\\\\nas\\share\\data', '\\\\nas\\share\\data\\set\\', '\\\\nas\\share'])(
    'on a share, under %s',
    (folder) => {
      for (const file of [...FILES, 'D:/pictures/1.jpg', '//other/share/x/1.jpg']) {
        expect(resolvePicturePath(folder, file)).toBe(win32.resolve(folder, file))
      }
    },
  )
})
