/** How many of each class, the most first. */
export function countClasses(classes: readonly string[]): { class: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const name of classes) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .map(([name, count]) => ({ class: name, count }))
    .sort((a, b) => b.count - a.count || (a.class < b.class ? -1 : 1))
}

/**
 * What the classes of the nearest pictures say about a prediction.
 * @param classes - of the nearest pictures, as their folders say
 */
export function describeClasses(classes: readonly string[], predicted: string): string {
  const total = classes.length
  if (total === 0) return 'There is no other picture.'
  const [first] = countClasses(classes)
  const own = classes.filter((name) => name === predicted).length
  if (first === undefined || own * 2 > total) {
    return `The network predicts ${predicted}, as ${own} of the ${total} nearest pictures are.`
  }
  if (own * 2 === total) {
    return `The network predicts ${predicted}, which half of the ${total} nearest pictures are.`
  }
  const most =
    first.class === predicted
      ? 'no other class has as many'
      : `${first.count} are ${first.class}: the picture is among other classes at this layer`
  return `The network predicts ${predicted}, but only ${own} of the ${total} nearest pictures are; ${most}.`
}
