import { join } from 'node:path'
import { paintPicture, writeDeep, type Rgb } from './pictures'

/** Colours of the classes: far apart, so that a network tells them in a few updates. */
const CLASS_COLOURS: Readonly<Record<string, Rgb>> = {
  white: [245, 240, 245],
  black: [20, 25, 20],
  red: [220, 50, 40],
  blue: [40, 60, 220],
}

/** Writes a data set whose classes differ by their colour alone: plain pictures with shades that vary. */
export async function writeColouredPictures(
  folder: string,
  { classes, images, size }: { classes: number; images: number; size: number },
): Promise<void> {
  for (const [name, colour] of Object.entries(CLASS_COLOURS).slice(0, classes)) {
    for (let number = 0; number < images; number++) {
      const paint = (x: number, y: number): number[] => {
        const shade = 0.9 + 0.2 * Math.sin(number + (x + number * y) / 7)
        return [...colour.map((value) => Math.min(255, Math.round(value * shade))), 255]
      }
      const png = await paintPicture(size, size, paint).png()
      await writeDeep(join(folder, name, `${name}-${number}.png`), png)
    }
  }
}
